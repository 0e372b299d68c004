import { describe, expect, it } from 'vitest';
import { mentionsIn } from './mentions.js';

const IDS: Record<string, string> = { bob: 'id-bob', 'bob.': 'id-dot', alice: 'id-alice', 'a_b-c.d': 'id-odd' };
const mentions = (text: string, mayMentionEveryone = false) => mentionsIn(text, mayMentionEveryone, (name) => IDS[name]);

describe('mentions', () => {
  it.each([
    ['@bob', ['id-bob']],
    ['@BoB: hello', ['id-bob']],
    ['(@bob)', ['id-bob']],
    ['hello @alice, @bob and @alice', ['id-alice', 'id-bob']],
    ['@bob, @bob.', ['id-bob', 'id-dot']], // a name may end with a full stop; the longest one that exists is meant
    ['@alice.', ['id-alice']],
    ['@alice...', ['id-alice']],
    ['*@alice*', ['id-alice']],
    ['@a_b-c.d!', ['id-odd']],
    ['mail bob@alice.example', []],
    ['@bob@alice.example', []],
    ['@bobby', []],
    ['@bobé', []],
    ['日@bob', []],
    ['@@bob', []],
    ['@', []],
    ['@nobody', []],
    ['no names', []],
  ])('%j', (text, userIds) => {
    expect(mentions(text)).toEqual({ userIds, everyone: false });
  });

  it('address everyone only where the author may', () => {
    expect(mentions('@Everyone @bob', true)).toEqual({ userIds: ['id-bob'], everyone: true });
    expect(mentions('@everyone', false)).toEqual({ userIds: [], everyone: false });
    expect(mentions('everyone x@everyone @everyones', true)).toEqual({ userIds: [], everyone: false });
  });

  it('end at a hundred people, and take no time over what is hard to read', () => {
    const text = Array.from({ length: 150 }, (_, index) => `@p${index}`).join(' ');
    expect(mentionsIn(text.replaceAll('@p', '@pp'), false, (name) => name).userIds).toHaveLength(100);
    const startedAt = performance.now();
    for (const hard of ['@'.repeat(4000), `@${'.'.repeat(3998)}`, `@${'a.'.repeat(2000)}é`]) mentions(hard);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
