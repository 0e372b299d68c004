import { quoteOf, type Message, type MessageChange } from '@parley/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RoomReplica } from './room-replica.js';

/** The server's side of one room: messages that answer the one before, and their changes. */
class Room {
  readonly events: (Message | MessageChange)[] = [];
  readonly #texts: { text: string; rev: number; change: number }[] = [];
  changes = 0;

  get messages(): Message[] {
    const messages: Message[] = [];
    for (const [index, { text, rev }] of this.#texts.entries()) {
      const original = messages[index - 1];
      const id = `m${index}`;
      const base = { id, seq: index + 1, rev, text, sender: null, deletedAt: null };
      messages.push({ ...base, replyTo: original ? quoteOf(original) : null } as Message);
    }
    return messages;
  }

  post(): void {
    this.#texts.push({ text: 'new', rev: 0, change: 0 });
    this.events.push(this.messages.at(-1)!);
  }

  edit(index: number): void {
    const message = this.#texts[index % this.#texts.length];
    if (!message) return;
    this.changes += 1;
    message.rev += 1;
    message.text = `rev ${message.rev}`;
    message.change = this.changes;
    const changed = this.messages[this.#texts.indexOf(message)]!;
    this.events.push({ roomId: 'r', epoch: 1, change: this.changes, after: this.changes - 1, message: changed });
  }

  changedSince(change: number, lastSeq: number): Message[] {
    return this.messages.filter((_, index) => this.#texts[index]!.change > change && index < lastSeq);
  }
}

it('a snapshot and the events after it make the same as a fresh fetch, however they are lost, doubled and turned around', () => {
  const step = fc.oneof(
    fc.constant({ kind: 'post' as const }),
    fc.record({ kind: fc.constant('edit' as const), index: fc.nat(20) }),
    fc.record({ kind: fc.constant('edit' as const), index: fc.nat(20) }),
  );
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.array(step, { minLength: 1, maxLength: 30 }),
      fc.infiniteStream(fc.nat(9)),
      (before, after, luck) => {
        const chance = () => luck.next().value as number;
        const room = new Room();
        const run = (steps: typeof before) => {
          for (const each of steps)
            if (each.kind === 'post') room.post();
            else room.edit(each.index);
        };
        run(before);
        const client = new RoomReplica('r');
        client.start({ epoch: 1, head: room.messages.length, changes: room.changes, messages: room.messages });
        room.events.length = 0;
        run(after);
        const delivered = [...room.events, ...room.events].filter(() => chance() > 2).sort(() => chance() - 4.5);
        for (const event of delivered)
          if ('change' in event) client.applyChange(event);
          else client.apply(1, [event]);
        // The gateway tells where the room stands; whoever is behind asks.
        client.noteHead(1, room.messages.length, room.changes);
        if (client.isBehind) {
          const changed = room.changedSince(client.lastChange, client.lastSeq);
          client.applyChanged({ epoch: 1, changes: room.changes, changed });
          client.apply(1, room.messages.slice(client.lastSeq));
        }
        expect(client.messages).toEqual(room.messages);
        expect(client).toMatchObject({ lastChange: room.changes, isBehind: false });
      },
    ),
    { numRuns: 500 },
  );
});
