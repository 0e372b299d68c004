import { describe, expect, it } from 'vitest';
import { ClientMsgId, IsoTime, Seq, Uuid } from './ids.js';

describe('clientMsgId', () => {
  it.each(['a', 'A-Z_0-9', '0198c0de-0000-7000-8000-0000000000aa', 'x'.repeat(64)])('%s is one', (id) => {
    expect(ClientMsgId.parse(id)).toBe(id);
  });

  it.each(['', 'x'.repeat(65), 'a b', 'a.b', 'ä', 'a\n', '\na', 'a:b', 1, null])('%j is none', (id) => {
    expect(ClientMsgId.safeParse(id).success).toBe(false);
  });
});

describe('ids', () => {
  it('are lower-cased, whatever their version', () => {
    expect(Uuid.parse('AB923AAE-6E94-415B-9B69-360FA640E173')).toBe('ab923aae-6e94-415b-9b69-360fa640e173');
  });

  it.each([
    '',
    'general',
    '0198c0de00007000800000000000aaaa',
    '{0198c0de-0000-7000-8000-0000000000aa}',
    ' 0198c0de-0000-7000-8000-0000000000aa',
  ])('%j is none, and is told so', (id) => expect(Uuid.safeParse(id).error?.issues[0]?.message).toBe('must be a UUID'));
});

it('a position is a whole number that JSON keeps exactly', () => {
  for (const seq of [0, 1, Number.MAX_SAFE_INTEGER]) expect(Seq.parse(seq)).toBe(seq);
  for (const seq of [-1, 0.5, 2 ** 53, Number.NaN, Infinity, '1']) expect(Seq.safeParse(seq).success).toBe(false);
});

it('a time is UTC with milliseconds, as Date prints it', () => {
  expect(IsoTime.safeParse(new Date().toISOString()).success).toBe(true);
  for (const time of ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.678+01:00', '2026-02-30T00:00:00.000Z', 'yesterday']) {
    expect(IsoTime.safeParse(time).success).toBe(false);
  }
});
