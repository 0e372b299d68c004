import { expect, it } from 'vitest';
import type { Conversation, Ready } from '@parley/contracts';
import { ConnectionTruth } from './connection-truth.js';

const ready = (gatewayId: string) => ({ gatewayId, serverTime: '2026-01-01T00:00:02.000Z' }) as Ready;
const heads = (of: Record<string, number>, kind = 'room') =>
  new Map(Object.entries(of).map(([id, head]) => [id, { head, unreadCount: head, room: { kind } } as Conversation]));
const truthAt = () => {
  const clock = { now: Date.parse('2026-01-01T00:00:00.000Z') };
  return { clock, truth: new ConnectionTruth(() => clock.now) };
};

it('counts reconnects, names the other end and the difference of the clocks', () => {
  const { truth } = truthAt();
  truth.wentOnline(ready('g1'));
  expect(truth.store.get()).toMatchObject({
    gatewayId: 'g1',
    reconnects: 0,
    clockOffsetMs: 2_000,
    onlineSince: '2026-01-01T00:00:00.000Z',
  });
  truth.wentOffline(heads({}));
  expect(truth.store.get()).toMatchObject({ gatewayId: 'g1', onlineSince: undefined });
  truth.wentOnline(ready('g2'));
  expect(truth.store.get()).toMatchObject({ gatewayId: 'g2', reconnects: 1 });
});

it('tells how many messages came meanwhile, over several attempts', () => {
  const { truth } = truthAt();
  truth.wentOnline(ready('g1'));
  truth.caughtUp(heads({ a: 5 }));
  expect(truth.missed.get()).toBe(0);
  truth.wentOffline(heads({ a: 5, b: 2 }));
  expect(truth.missed.get()).toBeUndefined();
  truth.wentOffline(heads({ a: 9, b: 2 }));
  truth.wentOnline(ready('g1'));
  truth.wentOffline(heads({ a: 9, b: 2 }));
  truth.wentOnline(ready('g1'));
  truth.caughtUp(new Map([...heads({ a: 12, b: 2, joinedElsewhere: 900 }), ...heads({ begunMeanwhile: 3 }, 'direct')]));
  expect(truth.missed.get()).toBe(10);
});

it('measures answers and no silence', async () => {
  const { clock, truth } = truthAt();
  truth.wentOnline(ready('g1'));
  await truth.measure(async () => void (clock.now += 23));
  expect(truth.store.get().roundTripMs).toBe(23);
  await truth.measure(() => Promise.reject(new Error('lost')));
  expect(truth.store.get().roundTripMs).toBe(23);
});
