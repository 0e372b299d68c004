import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { directRoomId, isDirectRoomIdShape } from '@parley/chat';
import { ParleyError } from '@parley/contracts';
import { RateLimiter, type RateRule } from '@parley/platform';
import { LRUCache } from 'lru-cache';
import { PeopleRepository } from '../people/people.repository.js';

const REMEMBERED_PAIRS = 20_000;
const REMEMBERED_MISSES = 5_000;
/** A miss is looked for again from the start after this time. */
const MISS_MS = 60_000;
/** Ids hashed between two turns of the event loop: about 2 ms. */
const PAGE = 500;
const SCAN_RATE: RateRule = { name: 'direct-scan', perSecond: 0.1, burst: 5 };

/**
 * Whose private chat is it? Its id is a hash of two people and nothing is stored before the first message, so the pair
 * behind an id is remembered when we hand the id out, and otherwise looked for among all people
 * (`docs/adr/0001-private-chats-are-computed.md`).
 */
@Injectable()
export class DirectPairs {
  private readonly pairs = new LRUCache<string, readonly [string, string]>({ max: REMEMBERED_PAIRS });
  /** Up to which arrival a person was looked at in vain: later ones are still looked at. */
  private readonly misses = new LRUCache<string, number>({ max: REMEMBERED_MISSES, ttl: MISS_MS });
  /** The last scan of each person; the next one waits for it. */
  private readonly scans = new Map<string, Promise<unknown>>();

  constructor(
    private readonly people: PeopleRepository,
    private readonly limiter: RateLimiter,
  ) {}

  /** The id of the private chat of the two, which will be understood from now on. */
  remember(userId: string, peerId: string): string {
    const roomId = directRoomId(userId, peerId);
    this.pairs.set(roomId, [userId, peerId]);
    return roomId;
  }

  /** Both people, if they are remembered. */
  recall(roomId: string): readonly [string, string] | undefined {
    return this.pairs.get(roomId);
  }

  /**
   * With whom this person shares the private chat; undefined if it is none of his. Throws RATE_LIMITED when he asks for
   * too many unknown ids.
   */
  async findPeer(roomId: string, userId: string): Promise<string | undefined> {
    return this.find(roomId, userId, () => this.takeTurn(userId));
  }

  /** The same for somebody who has already written there. */
  async findPeerOfSender(roomId: string, senderId: string): Promise<string | undefined> {
    return this.find(roomId, senderId, () => Promise.resolve());
  }

  private async find(roomId: string, userId: string, beforeScan: () => Promise<void>): Promise<string | undefined> {
    if (!isDirectRoomIdShape(roomId)) return undefined;
    const pair = this.pairs.get(roomId);
    if (pair) return peerIn(pair, userId);
    return this.inTurn(userId, async () => {
      const found = this.pairs.get(roomId); // the scan before this one may have been for the same id
      if (found) return peerIn(found, userId);
      const key = `${roomId}:${userId}`;
      const lookedAt = this.misses.get(key);
      if (lookedAt === undefined) await beforeScan();
      return this.scan(key, roomId, userId, lookedAt ?? 0);
    });
  }

  private async scan(key: string, roomId: string, userId: string, from: number): Promise<string | undefined> {
    let lookedAt = from;
    for (;;) {
      const page = await this.people.listArrivals(lookedAt, PAGE);
      const peer = page.find(({ id }) => id !== userId && directRoomId(userId, id) === roomId);
      if (peer) {
        this.pairs.set(roomId, [userId, peer.id]);
        return peer.id;
      }
      lookedAt = page.at(-1)?.number ?? lookedAt;
      if (page.length < PAGE) break;
      await nextTurn();
    }
    // Going on later does not make a miss younger: somebody whose number was given out early but committed late is found then.
    this.misses.set(key, lookedAt, from === 0 ? {} : { noUpdateTTL: true });
    return undefined;
  }

  private async takeTurn(userId: string): Promise<void> {
    const verdict = await this.limiter.take(SCAN_RATE, userId);
    if (!verdict.allowed) throw new ParleyError('RATE_LIMITED', { retryAfterMs: verdict.retryAfterMs });
  }

  private async inTurn<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const before = this.scans.get(userId) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.scans.set(userId, turn);
    try {
      return await turn;
    } finally {
      if (this.scans.get(userId) === turn) this.scans.delete(userId);
    }
  }
}

const peerIn = ([one, other]: readonly [string, string], userId: string): string | undefined =>
  one === userId ? other : other === userId ? one : undefined;
