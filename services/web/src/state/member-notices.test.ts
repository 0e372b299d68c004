import type { MemberChange } from '@parley/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { ROOM_ID, userOf, uuidOf } from '@parley/client/testing';
import { MemberNotices } from './member-notices.js';

const OTHER = uuidOf(0xb0);

describe('MemberNotices', () => {
  let newest: number | undefined;
  let nowMs: number;
  let notices: MemberNotices;
  const happens = (person: number, change: MemberChange['change'], more: Partial<MemberChange> = {}) =>
    notices.apply(
      {
        roomId: ROOM_ID,
        userId: uuidOf(person),
        change,
        user: userOf(uuidOf(person), `P${person}`),
        role: change === 'joined' || change === 'role' ? 'member' : null,
        ...more,
      },
      new Date(nowMs),
    );
  const lines = () =>
    notices.store
      .get()
      .map(({ afterSeq, people }) => `${afterSeq}: ${[...people.values()].map(({ name, step }) => `${name} ${step}`).join(', ')}`);

  beforeEach(() => {
    [newest, nowMs] = [7, 1_000_000];
    notices = new MemberNotices((roomId) => (roomId === ROOM_ID ? newest : undefined));
    notices.enter(ROOM_ID);
  });

  it('folds what happens at one place into one line, by the last of each person', () => {
    happens(1, 'joined');
    happens(2, 'joined');
    nowMs += 3_600_000;
    happens(1, 'left');
    happens(3, 'banned');
    expect(lines()).toEqual(['7: P2 joined, P1 left, P3 removed']);
  });

  it('begins a line behind newer messages, for comers at most every minute', () => {
    happens(1, 'joined');
    newest = 8;
    nowMs += 59_000;
    happens(2, 'joined');
    expect(lines()).toEqual(['7: P1 joined, P2 joined']);
    nowMs += 1_000;
    happens(3, 'joined');
    expect(lines()).toEqual(['7: P1 joined, P2 joined', '8: P3 joined']);
    expect(new Set(notices.store.get().map(({ key }) => key)).size).toBe(2);
  });

  it('shows nobody as gone, or back, above what was written before', () => {
    happens(1, 'joined');
    newest = 8;
    happens(1, 'left');
    happens(2, 'left');
    newest = 9;
    happens(1, 'joined');
    expect(lines()).toEqual(['7: P1 joined', '8: P1 left, P2 left', '9: P1 joined']);
  });

  it('is changed by nothing more once a crowd is in a line', () => {
    for (let person = 1; person <= 101; person += 1) happens(person, 'joined');
    const full = notices.store.get();
    expect(full).toHaveLength(1);
    expect(full[0]).toMatchObject({ crowds: ['joined'] });
    expect(full[0]!.people.size).toBe(100);
    for (let person = 102; person <= 5_000; person += 1) happens(person, 'joined');
    expect(notices.store.get()).toBe(full);
    happens(5, 'left');
    expect([...notices.store.get()[0]!.people.values()].at(-1)).toEqual({ name: 'P5', step: 'left' });
  });

  it('keeps the newest lines', () => {
    for (let line = 1; line <= 60; line += 1) {
      [newest, nowMs] = [line, nowMs + 60_000];
      happens(line, 'left');
    }
    expect(lines()).toHaveLength(50);
    expect([lines()[0], lines().at(-1)]).toEqual(['11: P11 left', '60: P60 left']);
  });

  it('says nothing of roles, of who made the room, of a repetition, and of what is not on screen', () => {
    happens(1, 'role');
    happens(1, 'joined', { role: 'owner' });
    happens(1, 'joined', { roomId: OTHER });
    newest = undefined;
    happens(1, 'joined');
    expect(lines()).toEqual([]);
    newest = 7;
    happens(1, 'joined');
    const before = notices.store.get();
    happens(1, 'joined');
    expect(notices.store.get()).toBe(before);
  });

  it('forgets with the room', () => {
    happens(1, 'joined');
    notices.enter(ROOM_ID);
    expect(lines()).toHaveLength(1);
    notices.enter(undefined);
    expect(lines()).toEqual([]);
    happens(2, 'joined');
    notices.enter(ROOM_ID);
    expect(lines()).toEqual([]);
  });
});
