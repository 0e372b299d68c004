import type { ChatClient, RoomReplica } from '@parley/client';

/** Looks at a room on a device whenever something was heard, and counts what is older than it was before. */
export class BackwardWatch {
  /** What went back, in words. */
  readonly moves: string[] = [];
  /** How often it looked. */
  looks = 0;
  /** Changes that were told again, or after a later one. */
  repeats = 0;
  #epoch = 0;
  #lastSeq = 0;
  #lastChange = 0;
  #lastHeard = 0;
  readonly #revs = new Map<string, number>();
  readonly #deleted = new Set<string>();

  constructor(
    private readonly device: ChatClient,
    private readonly roomId: string,
  ) {
    for (const event of ['ready', 'messages', 'message:changed', 'room:head', 'room:read', 'activity'] as const)
      device.on(event, () => this.look());
    device.on('message:changed', ({ roomId: changed, change }) => {
      if (changed !== roomId) return;
      if (change <= this.#lastHeard) this.repeats += 1;
      this.#lastHeard = Math.max(this.#lastHeard, change);
    });
  }

  /** Also to be called when an answer has changed something. */
  look(): void {
    const replica = this.device.rooms.timelines.get(this.roomId);
    if (!replica?.isOpened) return;
    this.looks += 1;
    this.#compare('epoch', this.#epoch, replica.epoch);
    this.#compare('seq', this.#lastSeq, replica.lastSeq);
    this.#compare('change', this.#lastChange, replica.lastChange);
    this.#lookAtMessages(replica);
    this.#epoch = replica.epoch;
    this.#lastSeq = replica.lastSeq;
    this.#lastChange = replica.lastChange;
  }

  #lookAtMessages({ messages }: RoomReplica): void {
    let before = 0;
    for (const { id, seq, rev, deletedAt } of messages) {
      if (before > 0) this.#compare('order', before + 1, seq);
      before = seq;
      this.#compare(`rev of ${seq}`, this.#revs.get(id) ?? 0, rev);
      this.#revs.set(id, rev);
      if (deletedAt !== null) this.#deleted.add(id);
      else if (this.#deleted.has(id)) this.moves.push(`message ${seq} is back`);
    }
  }

  #compare(what: string, before: number, now: number): void {
    if (now < before) this.moves.push(`${what}: ${before} -> ${now}`);
  }
}
