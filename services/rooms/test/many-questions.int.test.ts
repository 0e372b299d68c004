import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RoomsDatabase } from '../src/db/rooms.database.js';
import { RoomsFixture } from './rooms-fixture.js';

/** What a crowd that comes back asks: many people and rooms at once, each question for itself. */
describe('questions about many people and rooms', () => {
  let fixture: RoomsFixture;
  beforeAll(async () => void (fixture = await RoomsFixture.start()));
  afterAll(() => fixture[Symbol.asyncDispose]());

  it('are answered in order, and cost one statement', async () => {
    const [alice, bob] = [fixture.user(), fixture.user()];
    const open = await fixture.create(alice, 'open');
    const secret = await fixture.create(alice, 'secret', 'private');
    await fixture.send(open.id, alice, 'one', 'two');
    await fixture.markers().markRead(open.id, alice.id, 2);
    await fixture.people().meet(bob.id);
    const questions = [
      { roomId: secret.id, userId: bob.id },
      { roomId: open.id, userId: alice.id },
      { roomId: randomUUID(), userId: alice.id },
      { roomId: open.id, userId: bob.id },
      { roomId: open.id, userId: alice.id },
    ];
    const query = vi.spyOn(fixture.get(RoomsDatabase), 'query');
    /** The outbox is looked through all the while. */
    const statements = () => query.mock.calls.filter(([sql]) => !JSON.stringify(sql).includes('outbox')).length;
    try {
      const facts = await fixture.access().listFacts(questions);
      expect(facts.map((each) => each && [each.roomId, each.visibility, each.role])).toEqual([
        [secret.id, 'private', null],
        [open.id, 'public', 'owner'],
        null,
        [open.id, 'public', null],
        [open.id, 'public', 'owner'],
      ]);
      expect(statements()).toBe(1);
      expect(await fixture.markers().listReadSeqs(questions)).toEqual([0, 2, 0, 0, 2]);
      expect(statements()).toBe(2);
      const general = await fixture.general();
      const memberships = await fixture.access().listMemberships([bob.id, alice.id]);
      expect(memberships[0]).toEqual([{ roomId: general, role: 'member' }]);
      expect(new Map(memberships[1]!.map(({ roomId, role }) => [roomId, role]))).toEqual(
        new Map([
          [general, 'member'],
          [open.id, 'owner'],
          [secret.id, 'owner'],
        ]),
      );
    } finally {
      query.mockRestore();
    }
  });
});
