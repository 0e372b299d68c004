import { beforeAll, describe, expect, it } from 'vitest';
import type { MemberNotice, MemberStep } from '../../state/member-notices.js';
import { speak } from '../../texts/texts.js';
import { memberNoticeText } from './member-notice-text.js';

beforeAll(() => speak('en', ['en-GB']));

const say = (did: Record<string, MemberStep>, crowds: MemberNotice['crowds'] = []) => {
  const people = new Map(Object.entries(did).map(([name, step]) => [name, { name, step }]));
  return memberNoticeText({ key: '', afterSeq: 0, people, crowds }, 'me');
};

describe('memberNoticeText', () => {
  it('names three people, and counts from the fourth on', () => {
    expect(say({ Ada: 'joined' })).toBe('Ada joined.');
    expect(say({ Ada: 'joined', Bob: 'joined' })).toBe('Ada and Bob joined.');
    expect(say({ Ada: 'joined', Bob: 'joined', Cy: 'joined' })).toBe('Ada, Bob and Cy joined.');
    expect(say({ Ada: 'joined', Bob: 'joined', Cy: 'joined', Di: 'joined', Ed: 'joined' })).toBe('Ada, Bob and 3 others joined.');
  });

  it('says it to the reader', () => {
    expect(say({ Ada: 'removed' })).toBe('Ada was removed.');
    expect(say({ me: 'removed' })).toBe('You were removed.');
    expect(say({ Ada: 'joined', Bob: 'joined', Cy: 'joined', me: 'joined' })).toBe('You, Ada and 2 others joined.');
  });

  it('tells comers from goers', () => {
    expect(say({ Ada: 'left', Bob: 'joined', Cy: 'removed', Di: 'removed' })).toBe('Bob joined. Ada left. Cy and Di were removed.');
  });

  it('does not count a crowd', () => {
    expect(say({ Ada: 'joined', Bob: 'joined', Cy: 'joined', Di: 'left' }, ['joined'])).toBe('Ada, Bob and many others joined. Di left.');
    expect(say({ Ada: 'removed' }, ['removed'])).toBe('Ada and many others were removed.');
  });
});
