import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { LIMITS, type Message, type MessagesBatch } from '@parley/contracts';
import { ACTIVITY_SUBJECT, type ActivityNotice } from '@parley/chat';
import { previewOf } from '@parley/markdown/parser';
import { RoomFanout } from '@parley/platform';

const WINDOW_MS = 100;

/**
 * Tells gateways which rooms moved, for people who do not have them open: one notice per window with the newest
 * message of each room, however many messages came.
 */
@Injectable()
export class ActivityNotices implements BeforeApplicationShutdown {
  private readonly rooms = new Map<string, ActivityNotice>();
  private readonly authors = new Map<string, Map<number, string>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly fanout: RoomFanout) {}

  /** A batch that comes again is told again: nobody counts by these notices. */
  note({ roomId, messages }: MessagesBatch): void {
    const newest = messages.at(-1);
    if (!newest) return;
    this.noteAuthors(roomId, messages);
    const known = this.rooms.get(roomId);
    if (known && known.head >= newest.seq) return;
    const mentions = new Set(known?.mentions);
    for (const message of messages) for (const userId of message.mentions.userIds) if (userId !== message.sender?.id) mentions.add(userId);
    this.rooms.set(roomId, {
      roomId,
      head: newest.seq,
      preview: previewOf(newest),
      ...(newest.announcement ? { announcement: newest.announcement } : {}),
      senderId: newest.sender?.id ?? null,
      mentions: [...mentions],
      mentionsEveryone: known?.mentionsEveryone === true || messages.some((message) => message.mentions.everyone),
    });
    this.timer ??= setTimeout(() => this.flush(), WINDOW_MS);
  }

  private noteAuthors(roomId: string, messages: readonly Message[]): void {
    const authors = this.authors.get(roomId) ?? new Map<number, string>();
    this.authors.set(roomId, authors);
    for (const { seq, kind, sender } of messages) {
      authors.set(seq, kind === 'system' ? '' : (sender?.id ?? ''));
      const [oldest] = authors.keys();
      if (authors.size > LIMITS.pageMax && oldest !== undefined) authors.delete(oldest);
    }
  }

  beforeApplicationShutdown(): void {
    if (this.timer) this.flush();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const rooms = [...this.rooms.values()].map((notice) => ({ ...notice, authors: byAuthor(this.authors.get(notice.roomId)) }));
    this.rooms.clear();
    this.authors.clear();
    this.fanout.toProcesses(ACTIVITY_SUBJECT, { rooms });
  }
}

function byAuthor(authors: ReadonlyMap<number, string> | undefined): Record<string, number[]> {
  const seqs: Record<string, number[]> = {};
  for (const [seq, author] of authors ?? []) (seqs[author] ??= []).push(seq);
  return seqs;
}
