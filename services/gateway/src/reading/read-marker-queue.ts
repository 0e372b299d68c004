import { Injectable } from '@nestjs/common';
import { ReadMarkers } from '@parley/chat';

interface Move {
  readonly done: Promise<number>;
  /** The next one, for everybody who asks while this one runs. */
  next: { seq: number; readonly done: Promise<number> } | undefined;
}

/** Moves read markers; one write at a time per person and room, and what piles up meanwhile becomes one. */
@Injectable()
export class ReadMarkerQueue {
  private readonly moves = new Map<string, Move>();

  constructor(private readonly markers: ReadMarkers) {}

  /** Answers where the marker stands afterwards: at `seq` or further, never beyond the head. */
  move(roomId: string, userId: string, seq: number): Promise<number> {
    const key = `${roomId}:${userId}`;
    const running = this.moves.get(key);
    if (!running) return this.start(key, () => this.markers.markRead(roomId, userId, seq));
    if (running.next) {
      running.next.seq = Math.max(running.next.seq, seq);
      return running.next.done;
    }
    const write = (): Promise<number> => this.start(key, () => this.markers.markRead(roomId, userId, running.next?.seq ?? seq));
    running.next = { seq, done: running.done.then(write, write) };
    return running.next.done;
  }

  private start(key: string, write: () => Promise<number>): Promise<number> {
    const done = write();
    const move: Move = { done, next: undefined };
    this.moves.set(key, move);
    const end = () => void (move.next === undefined && this.moves.delete(key));
    done.then(end, end);
    return done;
  }
}
