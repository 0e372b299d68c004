import type { Message, MessagesBatch } from '@parley/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { GRACE_MS, HeadTracker } from './head-tracker.js';

const ROOM = '00000000-0000-7000-8000-000000000001';
const QUIET_MS = 4000;

const batch = (...seqs: number[]): MessagesBatch => ({ roomId: ROOM, epoch: 1, messages: seqs.map((seq) => ({ seq }) as Message) });
const head = (at: number, epoch = 1) => ({ roomId: ROOM, epoch, head: at });

describe('HeadTracker', () => {
  let tracker: HeadTracker;
  beforeEach(() => {
    tracker = new HeadTracker();
    tracker.open(ROOM, 0);
  });

  it('knows nothing before the first read, and keeps what came meanwhile', () => {
    tracker.observe(batch(8, 9), 0);
    expect(tracker.find(ROOM)).toBeUndefined();
    tracker.baseline(head(8), 1);
    expect(tracker.find(ROOM)).toEqual(head(9));
  });

  it('follows the stream and ignores what comes twice', () => {
    tracker.baseline(head(3), 0);
    expect(tracker.observe(batch(4, 5), 1)).toBe(false);
    expect(tracker.observe(batch(2, 5, 6), 2)).toBe(false);
    expect(tracker.find(ROOM)).toEqual(head(6));
  });

  it('notices a hole, and that it was filled late', () => {
    tracker.baseline(head(3), 0);
    expect(tracker.observe(batch(6, 7), 1)).toBe(true);
    expect(tracker.find(ROOM)).toEqual(head(3));
    expect(tracker.observe(batch(4), 2)).toBe(true);
    expect(tracker.observe(batch(5), 3)).toBe(false);
    expect(tracker.find(ROOM)).toEqual(head(7));
  });

  it('calls a hole lost when the stored head confirms it shortly afterwards', () => {
    tracker.baseline(head(3), 0);
    tracker.observe(batch(5), 1000);
    expect(tracker.compare(head(5), 1050)).toBe('wait');
    expect(tracker.compare(head(5), 1100)).toBe('behind');
  });

  it('gives fan-out that is on its way time to arrive', () => {
    tracker.baseline(head(3), 0);
    expect(tracker.compare(head(4), 1000)).toBe('wait');
    tracker.observe(batch(4), 1100);
    expect(tracker.compare(head(4), 1000 + GRACE_MS)).toBe('current');
  });

  it('never calls a busy room behind while its stream keeps arriving a little late', () => {
    tracker.baseline(head(0), 0);
    for (let seq = 1; seq <= 50; seq += 1) {
      const now = seq * 100;
      expect(tracker.compare(head(seq), now)).not.toBe('behind');
      tracker.observe(batch(seq), now + 20);
    }
  });

  it('calls a busy room behind when one message stays missing', () => {
    tracker.baseline(head(0), 0);
    tracker.compare(head(2), 0);
    tracker.observe(batch(1), 10);
    expect(tracker.compare(head(3), GRACE_MS)).toBe('behind');
  });

  it('calls a lost tail behind, and current again after the repair', () => {
    tracker.baseline(head(3), 0);
    expect(tracker.compare(head(9), 1000)).toBe('wait');
    expect(tracker.compare(head(9), 1000 + GRACE_MS)).toBe('behind');
    tracker.repaired(head(9));
    expect(tracker.compare(head(9), 2000)).toBe('current');
  });

  it('absorbs what overtook the hole when the hole is repaired', () => {
    tracker.baseline(head(3), 0);
    tracker.observe(batch(6, 7), 1);
    tracker.repaired(head(5));
    expect(tracker.find(ROOM)).toEqual(head(7));
  });

  it('looks at busy rooms in every check and at quiet ones only after a while', () => {
    tracker.baseline(head(3), 0);
    tracker.compare(head(3), 1000);
    expect(tracker.due(3000, QUIET_MS)).toEqual([]);
    tracker.observe(batch(4), 3000);
    expect(tracker.due(3000, QUIET_MS)).toEqual([ROOM]);
    tracker.compare(head(4), 3000);
    expect(tracker.due(6999, QUIET_MS)).toEqual([]);
    expect(tracker.due(7000, QUIET_MS)).toEqual([ROOM]);
  });

  it('suspects a room that somebody saw further on, without taking that for a check', () => {
    tracker.baseline(head(3), 0);
    tracker.compare(head(3), 1000);
    expect(tracker.baseline(head(3), 2000)).toBe(false);
    expect(tracker.due(5000, QUIET_MS)).toEqual([ROOM]);
    expect(tracker.suspects()).toEqual([]);
    expect(tracker.baseline(head(4), 2000)).toBe(true);
    expect(tracker.suspects()).toEqual([ROOM]);
    expect(tracker.compare(head(4), 2000 + GRACE_MS)).toBe('behind');
  });

  it('reports a restored history and starts over with its epoch', () => {
    tracker.baseline(head(9), 0);
    expect(tracker.compare(head(4, 2), 1000)).toBe('restored');
    tracker.repaired(head(4, 2));
    expect(tracker.find(ROOM)).toEqual(head(4, 2));
  });

  it('forgets closed rooms', () => {
    tracker.baseline(head(9), 0);
    tracker.close(ROOM);
    expect(tracker.size).toBe(0);
    expect(tracker.observe(batch(20), 1)).toBe(false);
    expect(tracker.compare(head(30), 1)).toBe('current');
  });

  it('stays bounded when everything arrives in holes', () => {
    tracker.baseline(head(0), 0);
    for (let seq = 2; seq < 2000; seq += 2) tracker.observe(batch(seq), seq);
    tracker.repaired(head(1999));
    expect(tracker.find(ROOM)).toEqual(head(1999));
  });
});
