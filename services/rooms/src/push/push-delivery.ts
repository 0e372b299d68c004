import { Injectable } from '@nestjs/common';
import { MessageHistory, RevokedSessions, refusalOf } from '@parley/chat';
import type { PushPayload } from '@parley/contracts';
import { PresenceStore, RateLimiter, type RateRule } from '@parley/platform';
import { OriginPolicy } from '@parley/runtime';
import { RoomRepository } from '../rooms/room.repository.js';
import { PushClient, type PushMessage, type PushOutcome } from './push-client.js';
import { PushDeviceRepository, type PushDevice } from './push-device.repository.js';
import { topicOf } from './push-encryption.js';
import { noteOf, summaryOf, type RoomNews } from './push-note.js';
import { PushShownRepository } from './push-shown.repository.js';
import { PushWaitingRepository, type WaitingPush } from './push-waiting.repository.js';

/** What one device is told in a minute; the rest comes as one summary. A rule of good manners, so no factor touches it. */
const PUSH_RATE: RateRule = { name: 'push', perSecond: 4 / 60, burst: 4, isScaled: false };
/** More rooms at a time are told in one summary. */
const ROOMS_MAX = 3;
const RETRY_MS = 15_000;
const RETRY_MAX_MS = 900_000;
/** Safari withdraws the permission of sites that push without showing anything. */
const NEVER_SILENT = /\.push\.apple\.com$/;

type Verdict = PushOutcome | { readonly kind: 'capped'; readonly retryAfterMs: number };

interface Told {
  readonly pushes: readonly WaitingPush[];
  readonly news: RoomNews;
}

/** Tells one device what waits for it. Whether somebody may see it, and what it says, is found out now and not before. */
@Injectable()
export class PushDelivery {
  constructor(
    private readonly devices: PushDeviceRepository,
    private readonly waiting: PushWaitingRepository,
    private readonly shown: PushShownRepository,
    private readonly rooms: RoomRepository,
    private readonly history: MessageHistory,
    private readonly presence: PresenceStore,
    private readonly revoked: RevokedSessions,
    private readonly limiter: RateLimiter,
    private readonly client: PushClient,
    private readonly origins: OriginPolicy,
  ) {}

  /** The device is the caller's for now; afterwards it is everybody's again. */
  async serve(device: PushDevice): Promise<void> {
    if (await this.revoked.isRevoked(device.sessionId)) return this.devices.remove([device.sessionId]);
    const outcome = (await this.tellRead(device)) ?? (await this.tellNews(device));
    switch (outcome?.kind) {
      case 'gone':
        return this.devices.remove([device.sessionId]);
      case 'capped':
        return this.devices.release(device, { inMs: outcome.retryAfterMs });
      case 'failed': {
        const pauseMs = Math.max(outcome.retryAfterMs ?? 0, RETRY_MS * 2 ** device.failures);
        return this.devices.release(device, { hasFailed: true, inMs: Math.min(RETRY_MAX_MS, pauseMs) });
      }
      default:
        return this.devices.release(device);
    }
  }

  /** An answer only when there is nothing more to be done for this device now. */
  private async tellRead(device: PushDevice): Promise<PushOutcome | undefined> {
    const read = await this.shown.takeOutdated(device.sessionId, device.userId);
    if (read.length === 0 || NEVER_SILENT.test(new URL(device.endpoint).hostname)) return undefined;
    for (const roomId of read) {
      // Under the room's topic, so that a device that is off learns of neither.
      const outcome = await this.send(device, { read: [roomId] }, { topic: topicOf(roomId, device), urgency: 'normal' });
      if (outcome.kind === 'gone' || outcome.kind === 'failed') return outcome;
    }
    return undefined;
  }

  private async tellNews(device: PushDevice): Promise<Verdict | undefined> {
    const due = await this.waiting.listDue(device.sessionId, device.userId);
    if (due.length === 0) return undefined;
    const all = (await this.isLooking(device.userId)) ? [] : await this.gather(due, device.userId);
    const kept = new Set(all.flatMap(({ pushes }) => pushes));
    await this.waiting.remove(
      device.sessionId,
      due.filter((push) => !kept.has(push)),
    );
    const isMuch = all.length > ROOMS_MAX || due.some(({ isLate }) => isLate);
    for (const told of isMuch ? [all] : all.map((one) => [one])) {
      const outcome = await this.tell(device, told);
      if (outcome && outcome.kind !== 'sent') return outcome;
    }
    return undefined;
  }

  private async tell(device: PushDevice, told: readonly Told[]): Promise<Verdict | undefined> {
    const [first] = told;
    if (!first) return undefined;
    const verdict = await this.limiter.take(PUSH_RATE, device.sessionId);
    if (!verdict.allowed) return { kind: 'capped', retryAfterMs: verdict.retryAfterMs };
    const payload =
      told.length === 1
        ? noteOf(first.news, this.origins.publicUrl)
        : summaryOf(
            told.map(({ news }) => news),
            device.language,
            this.origins.publicUrl,
          );
    const topic = topicOf(told.length === 1 ? first.news.roomId : 'summary', device);
    const outcome = await this.send(device, payload, { topic, urgency: 'high' });
    if (outcome.kind === 'gone' || outcome.kind === 'failed') return outcome;
    for (const { news, pushes } of told) {
      if (told.length === 1) await this.shown.add(device.sessionId, news.roomId, pushes.at(-1)!.seq);
      await this.waiting.remove(device.sessionId, pushes);
    }
    return outcome;
  }

  /** A page that is in use tells its reader by itself. */
  private async isLooking(userId: string): Promise<boolean> {
    const [entry] = await this.presence.find([userId]);
    return entry?.state === 'online';
  }

  /** By room, what is still to be told: unread, allowed, and not deleted. */
  private async gather(due: readonly WaitingPush[], userId: string): Promise<Told[]> {
    const byRoom = Map.groupBy(
      due.filter(({ isWanted }) => isWanted),
      ({ roomId }) => roomId,
    );
    const facts = await this.rooms.listFacts([...byRoom.keys()].map((roomId) => ({ roomId, userId })));
    const told: Told[] = [];
    for (const [index, [roomId, pushes]] of [...byRoom].entries()) {
      const standing = facts[index];
      if (!standing || standing.role === null || refusalOf('read', standing) !== undefined) continue;
      const news = await this.newsOf(roomId, pushes);
      if (news) told.push({ pushes, news });
    }
    return told;
  }

  private async newsOf(roomId: string, pushes: readonly WaitingPush[]): Promise<RoomNews | undefined> {
    for (const [index, { messageId }] of pushes.toReversed().entries()) {
      const message = await this.history.findMessage(roomId, messageId);
      if (!message || message.deletedAt !== null) continue;
      const room = await this.rooms.find(roomId);
      return { roomId, roomName: room?.name ?? '', message, count: pushes.length - index };
    }
    return undefined;
  }

  private send(device: PushDevice, payload: PushPayload, options: Omit<PushMessage, 'payload'>): Promise<PushOutcome> {
    return this.client.send(device, { payload: JSON.stringify(payload), ...options });
  }
}
