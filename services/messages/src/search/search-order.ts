import type { SearchSort } from '@parley/contracts';
import { byTime, type SearchPosition } from './search-position.js';
import type { Candidate } from './search.repository.js';

export interface ScoredCandidate extends Candidate {
  readonly score: number;
}

/** A hit that is so much older than the newest one counts half as much. */
const HALF_AS_MUCH_MS = 90 * 24 * 60 * 60 * 1000;

/** In the order in which they are shown: by how well they fit and how new they are beside `newest`, which stays the same for all pages of a window. */
export function scored(candidates: readonly Candidate[], newest: SearchPosition, sort: SearchSort): ScoredCandidate[] {
  const scoreOf = ({ rank, at }: Candidate): number => (sort === 'time' ? 0 : rank / (1 + Math.max(0, newest.at - at) / HALF_AS_MUCH_MS));
  return candidates.map((candidate) => ({ ...candidate, score: scoreOf(candidate) })).sort(byScore);
}

/** The best first; of the same score the newest. */
export const byScore = (a: SearchPosition & { score: number }, b: SearchPosition & { score: number }): number =>
  b.score - a.score || byTime(a, b);
