import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MessageHistory, type RoomPositionHead } from '@parley/chat';
import { LIMITS, type MessageChange, type MessagesBatch } from '@parley/contracts';
import { RoomFanout } from '@parley/platform';
import type { ConfigOf } from '@parley/runtime';
import { gatewayConfig } from '../gateway.config.js';
import { Slots } from '../limits/slots.js';
import { ClassicStream } from '../classic/classic-stream.js';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';
import { TailCache } from '../rooms/tail-cache.js';
import { LocalSockets } from '../sockets/local-sockets.js';
import { ChangeTracker } from './change-tracker.js';
import { GAP_GRACE_MS, GRACE_MS, HeadTracker } from './head-tracker.js';

/** Rooms in one question to the messages service. */
const HEADS_PER_QUERY = 500;
const REPAIRS = 4;

/**
 * Compares what this gateway sent with what is stored, and sends what got lost on the way. Busy rooms are compared
 * in every round, quiet ones in every second, so nobody stays behind for more than two rounds (5 s, `docs/api` §5).
 */
@Injectable()
export class HeadCheck implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(HeadCheck.name);
  private readonly slots = new Slots(REPAIRS);
  private readonly repairing = new Set<string>();
  private round: NodeJS.Timeout | undefined;
  private extra: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;
  private isStopped = false;

  constructor(
    @Inject(gatewayConfig.token) private readonly config: ConfigOf<typeof gatewayConfig>,
    private readonly history: MessageHistory,
    private readonly fanout: RoomFanout,
    private readonly tracker: HeadTracker,
    private readonly changes: ChangeTracker,
    private readonly tails: TailCache,
    private readonly sockets: LocalSockets,
    private readonly classic: ClassicStream,
    private readonly metrics: GatewayMetrics,
  ) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.fanout.onInterrupted(() => void this.check(this.tracker.due(performance.now(), 0)));
    this.plan();
  }

  beforeApplicationShutdown(): void {
    this.isStopped = true;
    this.stopListening?.();
    clearTimeout(this.round);
    clearTimeout(this.extra);
  }

  /** A batch reached the sockets of this gateway. */
  observe(batch: MessagesBatch): void {
    this.tails.observe(batch);
    this.classic.observe(batch);
    if (this.tracker.observe(batch, performance.now())) this.checkSoon(GAP_GRACE_MS);
  }

  /** A change reached the sockets of this gateway. */
  observeChange(change: MessageChange): void {
    this.tails.observeChange(change);
    if (this.changes.observe(change, performance.now())) this.checkSoon(GRACE_MS);
  }

  /** Where a room was seen after its stream had begun to arrive here. */
  baseline(head: RoomPositionHead): void {
    const isHeadBehind = this.tracker.baseline(head, performance.now());
    const areChangesBehind = this.changes.baseline(head, performance.now());
    if (isHeadBehind || areChangesBehind) this.checkSoon(GRACE_MS);
  }

  /** Never rejects. */
  private async check(roomIds: readonly string[]): Promise<void> {
    for (let from = 0; from < roomIds.length; from += HEADS_PER_QUERY) {
      try {
        const heads = await this.history.heads(roomIds.slice(from, from + HEADS_PER_QUERY));
        await Promise.all(heads.map((head) => Promise.all([this.compare(head), this.compareChanges(head)])));
      } catch (error) {
        this.metrics.headCheckFailed();
        this.logger.warn('stored heads could not be read; trying again in the next round', error);
        return;
      }
    }
  }

  private plan(): void {
    if (this.isStopped) return;
    const quietMs = this.config.HEAD_CHECK_MS * 1.2;
    const waitMs = this.config.HEAD_CHECK_MS * (0.7 + Math.random() * 0.2);
    this.round = setTimeout(() => void this.check(this.tracker.due(performance.now(), quietMs)).then(() => this.plan()), waitMs);
    this.round.unref();
  }

  private checkSoon(waitMs: number): void {
    if (this.extra || this.isStopped) return;
    this.extra = setTimeout(() => {
      this.extra = undefined;
      void this.check([...new Set([...this.tracker.suspects(), ...this.changes.suspects()])]);
    }, waitMs);
    this.extra.unref();
  }

  private async compare(head: RoomPositionHead): Promise<void> {
    switch (this.tracker.compare(head, performance.now())) {
      case 'current':
        return;
      case 'wait':
        return this.checkSoon(GRACE_MS);
      case 'restored':
        return this.announce(head);
      case 'behind':
        return this.repair(head);
    }
  }

  private async compareChanges(head: RoomPositionHead): Promise<void> {
    const verdict = this.changes.compare(head, performance.now());
    if (verdict === 'wait') this.checkSoon(GRACE_MS);
    if (verdict === 'behind') await this.repairChanges(head);
  }

  private async repairChanges({ roomId }: RoomPositionHead): Promise<void> {
    const sent = this.changes.find(roomId);
    const key = `${roomId}:changes`;
    if (sent === undefined || this.repairing.has(key)) return;
    this.repairing.add(key);
    try {
      const { epoch, changes, changed } = await this.slots.run(() => this.history.listChanged(roomId, sent, LIMITS.pageMax + 1));
      const head = this.tracker.find(roomId);
      if (!head || epoch !== head.epoch) return; // left meanwhile, or the head's affair
      if (changed.length > LIMITS.pageMax) return this.announce({ ...head, changes });
      this.metrics.repaired('messages');
      let after = sent;
      for (const { change, message } of changed) {
        const news: MessageChange = { roomId, epoch, change, after, message };
        this.sockets.emitToRoom(roomId, 'message:changed', news);
        this.tails.observeChange(news);
        after = change;
      }
      this.changes.repaired({ roomId, epoch, changes: Math.max(changes, after) });
    } finally {
      this.repairing.delete(key);
    }
  }

  private async repair(head: RoomPositionHead): Promise<void> {
    const { roomId } = head;
    const sent = this.tracker.find(roomId);
    if (!sent || this.repairing.has(roomId)) return;
    this.repairing.add(roomId);
    try {
      const page = await this.slots.run(() => this.history.page(roomId, { after: sent.head }, LIMITS.pageMax));
      if (page.hasMoreAfter || page.epoch !== sent.epoch) return this.announce(page);
      if (page.messages.length === 0) return;
      this.metrics.repaired('messages');
      const batch: MessagesBatch = { roomId, epoch: page.epoch, messages: page.messages, mended: true };
      this.sockets.emitToRoom(roomId, 'messages', batch);
      this.tails.observe(batch);
      this.classic.observe(batch);
      this.tracker.repaired(page);
    } finally {
      this.repairing.delete(roomId);
    }
  }

  /** Too much is missing, or the history is another one: clients ask for what they need. */
  private announce({ roomId, epoch, head, changes }: RoomPositionHead): void {
    this.metrics.repaired('head');
    this.tails.forget(roomId);
    this.sockets.emitToRoom(roomId, 'room:head', { roomId, epoch, head, changes });
    this.tracker.repaired({ roomId, epoch, head });
    this.changes.repaired({ roomId, epoch, changes });
    void this.classic.restart(roomId);
  }
}
