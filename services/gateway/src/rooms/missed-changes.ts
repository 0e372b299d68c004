import { Injectable } from '@nestjs/common';
import { MessageHistory } from '@parley/chat';
import { LIMITS, type Message } from '@parley/contracts';
import type { RoomTail } from './room-tail.js';

/** Where a client stood when its stream ended. */
export interface MissedSince {
  readonly roomId: string;
  readonly epoch?: number | undefined;
  readonly lastSeq?: number | undefined;
  readonly lastChange?: number | undefined;
}

/** Finds the old messages that changed while somebody was away: new ones tell by their `seq` that they were missed. */
@Injectable()
export class MissedChanges {
  constructor(private readonly history: MessageHistory) {}

  /** As they are now. Nothing where nobody asked for it, or where it is too much or of another history. */
  async find(tail: RoomTail, { roomId, epoch, lastSeq, lastChange }: MissedSince): Promise<{ changed?: Message[] }> {
    if (lastSeq === undefined || lastChange === undefined || (epoch !== undefined && epoch !== tail.epoch)) return {};
    const known = tail.changedSince(lastChange);
    if (known) return { changed: known.filter(({ seq }) => seq <= lastSeq) };
    const { changed } = await this.history.listChanged(roomId, lastChange, LIMITS.pageMax + 1);
    if (changed.length > LIMITS.pageMax) return {};
    return { changed: changed.map(({ message }) => message).filter(({ seq }) => seq <= lastSeq) };
  }
}
