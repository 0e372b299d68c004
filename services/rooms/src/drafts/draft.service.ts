import { Injectable } from '@nestjs/common';
import { LIMITS, ParleyError, userChannel, type Draft, type SetDraftRequest } from '@parley/contracts';
import { RoomFanout } from '@parley/platform';
import { RoomDirectory } from '../rooms/room-directory.js';
import { DraftRepository } from './draft.repository.js';

/** What people began to write, on all of their devices. Nobody else hears of it. */
@Injectable()
export class DraftService {
  constructor(
    private readonly directory: RoomDirectory,
    private readonly drafts: DraftRepository,
    private readonly fanout: RoomFanout,
  ) {}

  async list(userId: string): Promise<Draft[]> {
    await this.drafts.forgetEnded(userId);
    return this.drafts.list(userId);
  }

  /** Whoever wrote last wins: what another device wrote later stays, and is the answer. */
  async set(userId: string, roomId: string, { text, replyTo = null, updatedAt }: SetDraftRequest): Promise<Draft> {
    await this.directory.get(roomId, userId, 'draft');
    const wanted = { userId, roomId, text, replyTo, updatedAt: updatedAt ?? new Date().toISOString() };
    const draft = await this.drafts.set(wanted);
    if (draft) {
      this.fanout.toSockets(userChannel(userId), 'draft:changed', draft);
      return draft;
    }
    const known = await this.drafts.find(userId, roomId);
    if (known) return known;
    if (text !== '') throw new ParleyError('VALIDATION_FAILED', { detail: `There are ${LIMITS.draftsMax} drafts already.` });
    return { roomId, text: '', replyTo: null, updatedAt: wanted.updatedAt, rev: 0 };
  }
}
