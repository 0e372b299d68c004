import { Injectable } from '@nestjs/common';
import { ParleyError, type SearchAnswer, type SearchHit, type SearchQuery } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { readableTextOf } from '@parley/markdown/parser';
import { HistoryRepository } from '../history/history.repository.js';
import { MessageViewService } from '../history/message-view.service.js';
import { CandidateFinder } from './candidate-finder.js';
import { ReadableRoomsService } from './readable-rooms.service.js';
import { AS_TYPED, isSelective, rankingQueryOf, searchQueryOf, type SearchConditions, type Spellings } from './search-conditions.js';
import { decodeCursor, encodeCursor, questionKey, type SearchCursor } from './search-cursor.js';
import { SearchNames } from './search-names.service.js';
import { byScore, scored, type ScoredCandidate } from './search-order.js';
import { firstAt, lastAt, positionBefore, type SearchPosition, type SearchRange } from './search-position.js';
import { SearchRoomRepository } from './search-room.repository.js';
import { fault, parseSearchText } from './search-text.js';
import { SearchRepository, type Candidate } from './search.repository.js';
import { snippetOf } from './snippet.js';
import { isGuessed, likelySpellings } from './spelling.js';

/** Hits that are ranked together, the newest ones; those behind them come on later pages. */
const RANKED_TOGETHER = 100;
/** Of phrases: each costs a look at many messages that only have its words, and all that have it fit alike. No less than a page. */
const PHRASES_RANKED_TOGETHER = 50;
const QUERY_CANCELED = '57014';
/** The ends of time, as far as Postgres and JavaScript agree on them (ms). */
const EARLIEST = Date.UTC(-4000, 0);
const LATEST = Date.UTC(10_000, 0);

/** A question that is ready to be asked. */
interface Search {
  readonly userId: string;
  readonly conditions: SearchConditions;
  readonly sort: SearchQuery['sort'];
  readonly limit: number;
}

interface FoundPage {
  readonly page: readonly ScoredCandidate[];
  readonly next: Omit<SearchCursor, 'of' | 'isRespelt'> | undefined;
  readonly spellings: Spellings;
}

/** Finds messages in the rooms that somebody may read at that moment. */
@Injectable()
export class SearchService {
  constructor(
    private readonly repository: SearchRepository,
    private readonly finder: CandidateFinder,
    private readonly names: SearchNames,
    private readonly readable: ReadableRoomsService,
    private readonly rooms: SearchRoomRepository,
    private readonly history: HistoryRepository,
    private readonly view: MessageViewService,
  ) {}

  /** Throws VALIDATION_FAILED, ROOM_NOT_FOUND, BANNED or USER_NOT_FOUND for what is looked for, and BUSY when it takes too long. */
  async search(userId: string, query: SearchQuery): Promise<SearchAnswer> {
    const key = questionKey(query, userId);
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, key);
    const conditions = await this.conditionsOf(userId, query);
    const search: Search = { userId, conditions, sort: query.sort, limit: query.limit };
    const { page, next, spellings } = await this.find(search, cursor);
    return {
      hits: await this.hitsOf(page, conditions, spellings),
      nextCursor: next ? encodeCursor({ of: key, isRespelt: spellings.size > 0, ...next }) : null,
    };
  }

  private async conditionsOf(userId: string, query: SearchQuery): Promise<SearchConditions> {
    const text = parseSearchText(query.q);
    const [people, rooms] = await Promise.all([this.names.findPeople(text.from, userId), this.names.findRooms(text.in, userId)]);
    const conditions: SearchConditions = {
      terms: text.terms,
      has: [...text.has, ...(query.has === undefined ? [] : [{ value: query.has, isNegated: false }])],
      senders: [people, ...(query.from === undefined ? [] : [{ any: [query.from], none: [] }])],
      rooms: [rooms, ...(query.roomId === undefined ? [] : [{ any: [query.roomId], none: [] }])],
      since: largest(text.since, query.after === undefined ? undefined : Date.parse(query.after) + 1),
      until: smallest(text.until, query.before === undefined ? undefined : Date.parse(query.before)),
    };
    if (!isSelective(conditions)) throw fault('must say what to look for: a word, from:, in: or has:');
    await Promise.all(conditions.rooms.flatMap(({ any }) => any).map((roomId) => this.readable.assertReadable(userId, roomId)));
    return conditions;
  }

  /** What nobody has written as it was typed may have been misspelt. */
  private async find(search: Search, cursor: SearchCursor | undefined): Promise<FoundPage> {
    const places = await this.placesOf(search);
    try {
      return await this.repository.reading(async (transaction) => {
        if (cursor?.isRespelt) return this.findPage(transaction, search, places, cursor, await this.spellingsOf(transaction, search));
        const found = await this.findPage(transaction, search, places, cursor, AS_TYPED);
        if (found.page.length > 0 || found.next || cursor) return found;
        const spellings = await this.spellingsOf(transaction, search);
        return spellings.size === 0 ? found : this.findPage(transaction, search, places, cursor, spellings);
      });
    } catch (error) {
      if ((error as { code?: unknown }).code !== QUERY_CANCELED) throw error;
      throw new ParleyError('BUSY', { detail: 'The search took too long. Narrow it down with in:, from: or after:.', cause: error });
    }
  }

  /** Named rooms, whose permission was checked, or all that the person may read. */
  private async placesOf({ userId, conditions }: Search): Promise<{ rooms: readonly string[]; withPublic: boolean; volume: number }> {
    const named = conditions.rooms.filter(({ any }) => any.length > 0);
    if (named.length > 0) {
      const rooms = named.reduce((all, { any }) => all.filter((id) => any.includes(id)), named[0]!.any);
      return { rooms, withPublic: false, volume: await this.rooms.countIn(rooms) };
    }
    const { joined, volume } = await this.readable.listReadable(userId);
    return { rooms: joined, withPublic: true, volume };
  }

  private async findPage(
    transaction: Transaction,
    { userId, conditions, sort, limit }: Search,
    places: Awaited<ReturnType<SearchService['placesOf']>>,
    cursor: SearchCursor | undefined,
    spellings: Spellings,
  ): Promise<FoundPage> {
    const window = cursor?.window;
    const range: SearchRange = {
      newest: cursor?.newest ?? lastAt((conditions.until ?? LATEST) - 1),
      oldest: window?.oldest ?? firstAt(conditions.since ?? EARLIEST),
    };
    const hasPhrase = conditions.terms.some(({ lexemes }) => lexemes.length > 1);
    const size = sort === 'time' ? limit : hasPhrase ? PHRASES_RANKED_TOGETHER : RANKED_TOGETHER;
    const question = {
      query: searchQueryOf(conditions, spellings),
      ranking: sort === 'time' ? '' : rankingQueryOf(conditions, spellings),
      hasPhrase,
      rooms: places.rooms,
      withPublic: places.withPublic,
      limit: size,
    };
    const found = await this.finder.findNewest(transaction, question, range, places.volume);
    const [first, last] = [found[0], found.at(-1)];
    if (!first || !last) return { page: [], next: undefined, spellings };

    const readable = await this.filterReadable(userId, found);
    const ranked = scored(readable, cursor?.window ? cursor.newest : first, sort);
    const rest = window ? ranked.filter((one) => byScore(one, { ...window.last, score: window.score }) > 0) : ranked;
    const page = rest.slice(0, limit);
    const lastShown = page.at(-1);
    if (lastShown && rest.length > page.length) {
      const { at, id, score } = lastShown;
      return {
        page,
        next: {
          newest: cursor?.window ? cursor.newest : positionOf(first),
          window: { oldest: window?.oldest ?? positionOf(last), score, last: { at, id } },
        },
        spellings,
      };
    }
    const isThereMore = window !== undefined || found.length === size;
    const end = window?.oldest ?? positionOf(last);
    return { page, next: isThereMore ? { newest: positionBefore(end) } : undefined, spellings };
  }

  private async filterReadable(userId: string, candidates: readonly Candidate[]): Promise<Candidate[]> {
    const readable = await this.readable.filterReadable(userId, [...new Set(candidates.map(({ roomId }) => roomId))]);
    return candidates.filter(({ roomId }) => readable.has(roomId));
  }

  private async spellingsOf(transaction: Transaction, { conditions }: Search): Promise<Spellings> {
    const spellings = new Map<string, string[]>();
    for (const { lexemes, isNegated, isQuoted } of conditions.terms) {
      if (isNegated || isQuoted) continue;
      for (const { lexeme, isWord } of lexemes) {
        if (!isWord || !isGuessed(lexeme) || spellings.has(lexeme)) continue;
        const likely = likelySpellings(lexeme, await this.repository.listSimilarWords(transaction, lexeme));
        if (likely.length > 0) spellings.set(lexeme, likely);
      }
    }
    return spellings;
  }

  /** As the messages are now: the index may be a moment behind a deletion. */
  private async hitsOf(page: readonly Candidate[], { terms }: SearchConditions, spellings: Spellings): Promise<SearchHit[]> {
    const rows = new Map((await this.history.findByIds(page)).map((row) => [row.id, row]));
    const present = page.map(({ id }) => rows.get(id)).filter((row) => row !== undefined && row.deletedAt === null && row.kind === 'user');
    const messages = await this.view.view(present.filter((row) => row !== undefined));
    return messages.map((message) => ({ message, snippet: snippetOf(readableTextOf(message.text), terms, spellings) }));
  }
}

const positionOf = ({ at, id }: SearchPosition): SearchPosition => ({ at, id });
const largest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
const smallest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
