import { ParleyError } from '@parley/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSockets } from '../testing/fake-sockets.js';
import { ROOM_ID } from '../testing/messages.js';
import { ChatConnection, type ConnectionState } from './chat-connection.js';
import { NoAnswerError } from '../no-answer-error.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

function setup(random = () => 0.999_999) {
  const sockets = new FakeSockets();
  const states: ConnectionState[] = [];
  const events: string[] = [];
  const ended: string[] = [];
  const refused: (string | undefined)[] = [];
  let tokens = 0;
  const world = {
    accessToken: (): Promise<string> => Promise.resolve(`token-${(tokens += 1)}`),
    onOnline: (): Promise<void> => Promise.resolve(),
  };
  const connection = new ChatConnection({
    tokens: {
      accessToken: (token) => {
        refused.push(token);
        return world.accessToken();
      },
    },
    openSocket: sockets.open,
    random,
    onEvent: (event) => events.push(event.name),
    onState: (state) => states.push(state),
    onOnline: () => world.onOnline(),
    onSessionEnded: (reason) => ended.push(reason),
  });
  const connect = async () => {
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    sockets.newest.ready();
  };
  return { sockets, states, events, ended, refused, world, connection, connect };
}

describe('ChatConnection', () => {
  it('is online once the server says that it is ready', async () => {
    const { sockets, states, connection } = setup();
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets.newest.token).toBe('token-1');
    expect(states).toEqual([{ status: 'connecting', hasFailed: false }]);
    await expect(connection.request('typing', { roomId: ROOM_ID, on: true })).rejects.toMatchObject({ reason: 'offline' });
    sockets.newest.ready();
    expect(connection.state).toEqual({ status: 'online' });
  });

  it('answers requests, and passes refusals and silence on', async () => {
    const { sockets, connection, connect } = setup();
    await connect();
    const socket = sockets.newest;
    socket.serve = () => ({ ok: true, data: { readSeq: 4 } });
    expect(await connection.request('room:read', { roomId: ROOM_ID, seq: 4 })).toEqual({ readSeq: 4 });
    socket.serve = () => ({ ok: false, error: { code: 'RATE_LIMITED', message: 'slow down', retryable: true, retryAfterMs: 900 } });
    await expect(connection.request('room:read', { roomId: ROOM_ID, seq: 4 })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: 'slow down',
      retryAfterMs: 900,
    });
    socket.serve = () => ({ ok: true, data: { somethingElse: 1 } });
    await expect(connection.request('room:read', { roomId: ROOM_ID, seq: 4 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    socket.serve = undefined;
    const silent = expect(connection.request('room:read', { roomId: ROOM_ID, seq: 4 })).rejects.toMatchObject({ reason: 'timeout' });
    await vi.advanceTimersByTimeAsync(5_000);
    await silent;
  });

  it('backs off from 1 to 30 s with full jitter, and starts over after half a minute of peace', async () => {
    const { sockets, connection, connect, states } = setup();
    await connect();
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      if (round === 0) sockets.newest.lose();
      else sockets.newest.refuse(undefined);
      const state = connection.state;
      if (state.status !== 'waiting') throw new Error(`is ${state.status}`);
      waits.push(Math.round((state.retryAtMs - Date.now()) / 1000));
      await vi.advanceTimersByTimeAsync(state.retryAtMs - Date.now());
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    sockets.newest.ready();
    await vi.advanceTimersByTimeAsync(29_000);
    sockets.newest.lose();
    expect((connection.state as { retryAtMs: number }).retryAtMs - Date.now()).toBeGreaterThan(20_000);
    await vi.advanceTimersByTimeAsync(30_000);
    sockets.newest.ready();
    await vi.advanceTimersByTimeAsync(30_000);
    sockets.newest.lose();
    expect((connection.state as { retryAtMs: number }).retryAtMs - Date.now()).toBeLessThanOrEqual(1_000);
    expect(states.filter((state) => state.status === 'online')).toHaveLength(3);
  });

  it('spreads clients evenly over the wait', async () => {
    const { sockets, connection, connect } = setup(() => 0.25);
    await connect();
    sockets.newest.lose();
    expect((connection.state as { retryAtMs: number }).retryAtMs - Date.now()).toBe(250);
  });

  it('waits as long as the server asks', async () => {
    const { sockets, connection } = setup(() => 0);
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    sockets.newest.refuse({ code: 'RATE_LIMITED', retryable: true, retryAfterMs: 12_000 });
    expect(connection.state).toMatchObject({ status: 'waiting', refusal: 'RATE_LIMITED', retryAtMs: Date.now() + 12_000 });
  });

  it('gets a new token at once when the old one is refused, then backs off', async () => {
    const { sockets, refused, connection } = setup();
    connection.start();
    await vi.advanceTimersByTimeAsync(0);
    sockets.newest.refuse({ code: 'UNAUTHENTICATED', retryable: false });
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets.opened.map((socket) => socket.token)).toEqual(['token-1', 'token-2']);
    expect(refused).toEqual([undefined, 'token-1']);
    sockets.newest.refuse({ code: 'UNAUTHENTICATED', retryable: false });
    expect(connection.state).toMatchObject({ status: 'waiting' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sockets.opened).toHaveLength(2);
  });

  it('goes on trying while no token can be had, and stops when there will be none', async () => {
    const { sockets, world, connection } = setup();
    world.accessToken = () => Promise.reject(new NoAnswerError('lost'));
    connection.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(connection.state.status).toBe('waiting');
    world.accessToken = () => Promise.reject(new ParleyError('UNAUTHENTICATED'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connection.state.status).toBe('stopped');
    expect(sockets.opened).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up a handshake that leads nowhere', async () => {
    const { sockets, connection } = setup();
    connection.start();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(sockets.newest.isClosed).toBe(true);
    expect(connection.state.status).toBe('waiting');
  });

  it('tries at once when it is asked to', async () => {
    const { sockets, connection, connect } = setup();
    await connect();
    sockets.newest.lose();
    connection.retryNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets.opened).toHaveLength(2);
    connection.retryNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets.opened).toHaveLength(2);
  });

  it('opens the next connection before it drops the one that drains', async () => {
    const { sockets, states, events, world, connection, connect } = setup();
    await connect();
    const [old] = sockets.opened;
    let caughtUp = (): void => undefined;
    world.onOnline = () => new Promise((resolve) => (caughtUp = resolve));
    old!.handlers.event('server:drain', { afterMs: 10_000 });
    await vi.advanceTimersByTimeAsync(7_900);
    expect(sockets.opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    const next = sockets.newest;
    expect([old!.isClosed, connection.state.status]).toEqual([false, 'online']);
    const pending = connection.request('room:read', { roomId: ROOM_ID, seq: 1 });
    next.ready();
    old!.handlers.event('messages', { roomId: ROOM_ID, epoch: 1, messages: [] });
    old!.handlers.event('room:head', { roomId: ROOM_ID, epoch: 1, head: 1, changes: 0 });
    expect(events).toEqual(['server:drain', 'room:head']);
    caughtUp();
    await vi.advanceTimersByTimeAsync(0);
    expect(old!.isClosed).toBe(false);
    old!.requests[0]!.answer({ ok: true, data: { readSeq: 1 } });
    expect(await pending).toEqual({ readSeq: 1 });
    expect(old!.isClosed).toBe(true);
    expect(states.map((state) => state.status)).toEqual(['connecting', 'online', 'online']);
  });

  it('keeps the draining connection until a next one can be had, and survives its loss', async () => {
    const { sockets, connection, connect } = setup();
    await connect();
    const [old] = sockets.opened;
    old!.handlers.event('server:drain', { afterMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    sockets.newest.refuse({ code: 'UNAVAILABLE', retryable: true });
    expect(connection.state.status).toBe('online');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sockets.opened).toHaveLength(3);
    old!.lose();
    expect(connection.state).toEqual({ status: 'connecting', hasFailed: true });
    sockets.newest.ready();
    expect(connection.state.status).toBe('online');
  });

  it('hands a renewed token over, and a new one when that is refused', async () => {
    const { sockets, refused, connection, connect } = setup();
    await connect();
    sockets.newest.serve = () => ({ ok: true, data: { expiresAt: '2026-01-01T00:10:00.000Z' } });
    await connection.renew('token-1');
    expect(sockets.newest.requests).toEqual([]);
    await connection.renew('token-9');
    expect(sockets.newest.requests[0]).toMatchObject({ event: 'auth:renew', payload: { token: 'token-9' } });
    sockets.newest.serve = () => ({ ok: false, error: { code: 'UNAUTHENTICATED', message: 'no', retryable: false } });
    await connection.renew('token-10');
    sockets.newest.lose();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(refused.at(-1)).toBe('token-10');
  });

  it('takes a connection for dead that answers nothing', async () => {
    const { sockets, connection, connect } = setup();
    await connect();
    connection.suspect();
    expect([sockets.newest.isClosed, connection.state.status]).toEqual([true, 'waiting']);
  });

  it('does not come back when the session ended', async () => {
    const { sockets, ended, connection, connect } = setup();
    await connect();
    sockets.newest.handlers.event('session:ended', { reason: 'logout' });
    expect([ended, connection.state.status, sockets.newest.isClosed]).toEqual([['logout'], 'stopped', true]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(sockets.opened).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ignores what it does not understand', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { sockets, events, connect } = setup();
    await connect();
    sockets.newest.handlers.event('invented', {});
    sockets.newest.handlers.event('messages', { roomId: 'no id' });
    sockets.newest.handlers.event('toString', {});
    expect(events).toEqual([]);
  });
});
