import { Injectable } from '@nestjs/common';
import { userChannel } from '@parley/contracts';
import { RoomFanout } from '@parley/platform';
import { MentionRepository } from '../mentions/mention.repository.js';
import { ReadMarkerRepository } from './read-marker.repository.js';
import { readMoved } from './read-moved.js';

interface Line {
  readonly running: Promise<void>;
  /** For everybody who asks while the other one runs. */
  next: Promise<void> | undefined;
}

/**
 * Tells the devices of a person where a marker stands. What is told was read after everything that was told before, one
 * after the other for each person and room: several devices read at once, and one line of news is enough for all of them.
 * Another process may tell at the same time; `readEra` and `readSeq` say which news is newer, whatever the order they come in.
 */
@Injectable()
export class MarkerTeller {
  private readonly lines = new Map<string, Line>();

  constructor(
    private readonly markers: ReadMarkerRepository,
    private readonly mentions: MentionRepository,
    private readonly fanout: RoomFanout,
  ) {}

  /** Resolves when a place was told that is at least as new as the call. */
  tell(roomId: string, userId: string): Promise<void> {
    const key = `${roomId}:${userId}`;
    const line = this.lines.get(key);
    if (!line) return this.start(key, roomId, userId);
    const begin = () => this.start(key, roomId, userId);
    return (line.next ??= line.running.then(begin, begin));
  }

  private start(key: string, roomId: string, userId: string): Promise<void> {
    const running = this.tellNow(roomId, userId);
    const line: Line = { running, next: undefined };
    this.lines.set(key, line);
    const end = () => void (line.next === undefined && this.lines.delete(key));
    running.then(end, end);
    return running;
  }

  private async tellNow(roomId: string, userId: string): Promise<void> {
    const [tally, mentionCount] = await Promise.all([this.markers.findTally(roomId, userId), this.mentions.countUnreadIn(roomId, userId)]);
    if (!tally) return; // left meanwhile
    this.fanout.toSockets(userChannel(userId), 'room:read', readMoved({ roomId, ...tally }, mentionCount));
  }
}
