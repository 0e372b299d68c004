import type { FilledWorld } from './search-fill.ts';

export interface MixedQuery {
  readonly kind: string;
  readonly query: Record<string, string>;
  /** Somebody who may read it all finds something. */
  readonly finds: boolean;
}

/** What people look for: mostly a word or two, now and then something precise. Each call makes another one of its kind. */
export function searchMix({ text, roomIds, senderNames }: FilledWorld): readonly (() => MixedQuery)[] {
  /** A word of about this rank. */
  const word = (rank: number) => text.word(Math.floor(rank * (0.7 + 0.6 * text.random())));
  const query = (kind: string, q: string, more: Record<string, string> = {}, finds = true): MixedQuery => ({
    kind,
    query: { q, ...more },
    finds,
  });
  const misspelt = (whole: string) => `${whole.slice(0, 3)}q${whole.slice(3)}`;
  const common = () => word(5);
  const usual = () => word(500);
  const rare = () => word(30_000);
  return [
    () => query('usual word', usual()),
    () => query('usual word, by time', usual(), { sort: 'time' }),
    () => query('common word', common()),
    () => query('common word, by time', common(), { sort: 'time' }),
    () => query('rare word', rare()),
    () => query('two words', `${word(50)} ${usual()}`),
    () => query('two common words', `${common()} ${word(20)}`),
    () => query('phrase', `"${common()} ${word(20)}"`, {}, false),
    () => query('word without another', `${usual()} -${common()}`),
    () => query('Chinese', text.chinese(2)),
    () => query('Chinese, four letters', text.chinese(4), {}, false),
    () => query('from somebody', `${word(50)} from:${senderNames[Math.floor(text.random() * 50)]}`, {}, false),
    () => query('in a room', common(), { roomId: roomIds[Math.floor(text.random() * 300) * 10]! }),
    () =>
      query('with a link, of last year', `${word(20)} has:link before:${new Date(Date.now() - 31_536_000_000).toISOString().slice(0, 10)}`),
    () => query('misspelt', misspelt(word(15_000)), {}, false),
    () => query('nothing', `${rare()} ${rare()} ${rare()}`, {}, false),
  ];
}
