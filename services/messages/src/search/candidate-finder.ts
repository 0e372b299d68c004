import { Injectable } from '@nestjs/common';
import type { Transaction } from '@parley/db';
import { byTime, firstAt, isEmpty, lastAt, type SearchRange } from './search-position.js';
import { SearchRepository, type Candidate, type IndexQuestion } from './search.repository.js';
import { timeQueryOf } from './time-marks.js';

/** Messages looked at one by one before the index is asked. */
const NEWEST_LOOKED_AT = 2_000;
/** Messages in the first stretch of time for which the index is asked, at the most. */
const FIRST_STRETCH = 20_000;
/** Somebody whose rooms have no more messages is searched for room by room. */
const FEW_MESSAGES = 20_000;
/** If no more messages than this should fit in all of the past, all of it is asked for at once. */
const FEW_HITS = 2_500;
/** How many times as long as the one before the next stretch is at the most. */
const MOST_GROWTH = 64;
/** So much more is looked through than what should have enough hits, if they go on as before. */
const MARGIN = 2;

/**
 * Finds the newest messages that fit, and reads little for it however common a word is and however many messages there are: first
 * the newest messages one by one, then the index for ever longer stretches of time, as long as the hits so far let expect.
 */
@Injectable()
export class CandidateFinder {
  constructor(private readonly repository: SearchRepository) {}

  /** At most `question.limit`, newest first. `volume`: messages in the rooms in question, about. */
  async findNewest(transaction: Transaction, question: IndexQuestion, range: SearchRange, volume: number): Promise<Candidate[]> {
    if (isEmpty(range)) return [];
    if (volume <= FEW_MESSAGES) return inOrder(await this.repository.lookThroughRooms(transaction, question, range));

    const { limit } = question;
    const first = await this.repository.lookAtNewest(transaction, question, range, NEWEST_LOOKED_AT);
    const found = first.candidates;
    if (found.length >= limit || first.looked < NEWEST_LOOKED_AT) return inOrder(found);

    const extent = await this.repository.findExtent(transaction);
    const oldest = Math.max(range.oldest.at, extent.oldestAt);
    // The messages of that very millisecond are looked at again: some of them may not have been among the newest.
    const known = new Set(found.filter(({ at }) => at === first.oldestAt).map(({ id }) => id));
    const wanted = () => (MARGIN * (limit - found.length)) / Math.max(hits, 0.01);
    let hits = found.length;
    let until = first.oldestAt;
    const stretch = Math.min(FIRST_STRETCH, Math.ceil(NEWEST_LOOKED_AT * Math.max(1, wanted())));
    let since = (await this.repository.findTimeBehind(transaction, until, stretch)) ?? oldest;
    while (until >= oldest) {
      since = Math.max(since, oldest);
      const time = since === oldest ? undefined : timeQueryOf(since, until + 1);
      const part = {
        ...question,
        limit: limit - found.length + known.size,
        query: time === undefined ? question.query : `${question.query} & ${time}`,
      };
      const where = { newest: lastAt(until), oldest: since === range.oldest.at ? range.oldest : firstAt(since) };
      const more = (await this.repository.lookUp(transaction, part, where)).filter(({ id }) => !known.has(id));
      hits = more.length;
      found.push(...more);
      if (found.length >= limit) break;
      known.clear();
      // What is known of the table may be older than the newest flood of messages.
      const expected = (found.length / (NEWEST_LOOKED_AT + stretch)) * Math.max(extent.messages, volume);
      const span = (until - since + 1) * Math.min(MOST_GROWTH, Math.max(1, wanted()));
      until = since - 1;
      since = expected <= FEW_HITS && !question.hasPhrase ? oldest : until - Math.ceil(span);
    }
    return inOrder(found).slice(0, limit);
  }
}

const inOrder = (candidates: Candidate[]): Candidate[] => candidates.sort(byTime);
