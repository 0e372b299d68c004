import { Injectable } from '@nestjs/common';
import { mayMentionEveryone } from '@parley/chat';
import { roomChannel, type Message, type MessagesBatch } from '@parley/contracts';
import { RoomFanout } from '@parley/platform';
import { failpoint } from '@parley/runtime';
import type { ChangedRow, ChangesApplied } from '../changing/change.repository.js';
import { ChangeSignal } from '../changing/change-signal.js';
import type { PlacedChange } from '../changing/change.js';
import { MessageViewService } from '../history/message-view.service.js';
import { MentionDirectory } from '../people/mention-directory.service.js';
import type { AcceptedChange, AcceptedPost } from './accepted-batch.js';
import { ActivityNotices } from './activity-notices.js';
import { MessageBatchRepository } from './message-batch.repository.js';
import type { PostedMessage, StoredRoom } from './message-row.js';
import { StoredAnnouncer } from './stored-announcer.js';
import { changedFact, storedFacts } from './stored-facts.js';
import { StoredSignal } from './stored-signal.js';
import { StoringMetrics } from './storing-metrics.js';

/**
 * Accepted messages become stored ones, and accepted changes change them: one transaction, then the live stream, then the
 * facts for everybody else (`StoredAnnouncer`), and only when those are in the log, too, does the offset move. A crash
 * anywhere repeats the batch: what is stored keeps its place, what was changed is not changed again, and whoever sees a
 * message twice sees the same `seq` and no older `rev` than what is stored.
 */
@Injectable()
export class MessagePersister {
  constructor(
    private readonly batches: MessageBatchRepository,
    private readonly mentions: MentionDirectory,
    private readonly view: MessageViewService,
    private readonly fanout: RoomFanout,
    private readonly activity: ActivityNotices,
    private readonly stored: StoredSignal,
    private readonly changed: ChangeSignal,
    private readonly announcer: StoredAnnouncer,
    private readonly metrics: StoringMetrics,
  ) {}

  async persist(posted: readonly AcceptedPost[], changes: readonly AcceptedChange[] = []): Promise<void> {
    const { rooms, changed, outcomes } = await this.store(posted, changes);
    this.metrics.stored(posted);
    failpoint('after-commit-before-fanout');
    for (const batch of await this.viewRooms(rooms)) {
      this.fanout.toSockets(roomChannel(batch.roomId), 'messages', batch);
      this.activity.note(batch);
      for (const message of batch.messages) this.stored.announce(message);
    }
    await this.tellChanges(changed);
    this.announcer.add([...rooms.flatMap(storedFacts), ...changed.map(changedFact)]);
    for (const outcome of outcomes) this.changed.announce(outcome);
    failpoint('after-fanout-before-offset');
  }

  private async store(
    posted: readonly AcceptedPost[],
    changes: readonly AcceptedChange[],
  ): Promise<{ rooms: StoredRoom[] } & ChangesApplied> {
    const edits = changes.filter((change) => change.action === 'edit');
    const found = await this.mentions.find([
      ...posted,
      ...edits.map(({ command }) => ({ text: command.text, mayMentionEveryone: mayMentionEveryone(command.role) })),
    ]);
    const posts = posted.map((message, index): PostedMessage => ({
      ...message,
      mentions: message.senderId === null ? null : (found[index] ?? null), // a name in it calls nobody
    }));
    if (changes.length === 0) return { rooms: await this.batches.store(posts), changed: [], outcomes: [] };
    const mentionsOf = new Map(edits.map(({ command }, index) => [command, found[posted.length + index] ?? null]));
    const placed = changes.map(({ postsBefore, ...change }): PlacedChange => ({
      postsBefore,
      change: change.action === 'edit' ? { ...change, mentions: mentionsOf.get(change.command) ?? null } : change,
    }));
    return this.batches.storeAndChange(posts, placed);
  }

  private async viewRooms(rooms: readonly StoredRoom[]): Promise<MessagesBatch[]> {
    const messages = await this.view.view(rooms.flatMap(({ rows }) => rows));
    let next = 0;
    return rooms
      .map(({ roomId, epoch, rows }) => ({ roomId, epoch, messages: messages.slice(next, (next += rows.length)) }))
      .filter((batch) => batch.messages.length > 0);
  }

  private async tellChanges(changed: readonly ChangedRow[]): Promise<void> {
    const messages: Message[] = await this.view.view(changed.map(({ row }) => row));
    for (const [index, { epoch, row }] of changed.entries()) {
      const message = messages[index];
      const { roomId, change } = row;
      if (!message || change === null) continue;
      this.fanout.toSockets(roomChannel(roomId), 'message:changed', { roomId, epoch, change, after: change - 1, message });
    }
  }
}
