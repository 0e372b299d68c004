import { ParleyError } from '@parley/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeFetch, json, problem } from '../testing/fake-fetch.js';
import { FakeTabs } from '../testing/fake-tabs.js';
import { BOB, ME, userOf } from '../testing/messages.js';
import { NoAnswerError } from '../no-answer-error.js';
import { SessionKeeper, type SessionNews } from './session-keeper.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/** A server that counts its tokens, and tabs that share one browser. */
function setup() {
  let issued = 0;
  const session = (userId = ME) => json({ user: userOf(userId, 'Me'), accessToken: `token-${(issued += 1)}`, expiresIn: 600 });
  const server = new FakeFetch(() => session());
  const tabs = new FakeTabs<SessionNews>();
  const open = () => new SessionKeeper({ fetch: server.fetch, exclusive: tabs.exclusive, channel: tabs.openChannel(), random: () => 0.5 });
  const refreshes = () => server.calls.filter((call) => call.url === '/api/refresh').length;
  return { server, session, open, refreshes };
}

describe('SessionKeeper', () => {
  it('restores a session by its cookie', async () => {
    const { open } = setup();
    const keeper = open();
    expect(keeper.state.status).toBe('unknown');
    expect((await keeper.restore())?.user.id).toBe(ME);
    expect(await keeper.accessToken()).toBe('token-1');
  });

  it('knows when nobody is logged in', async () => {
    const { server, open } = setup();
    server.handle = () => problem('UNAUTHENTICATED', 401);
    const keeper = open();
    expect(await keeper.restore()).toBeUndefined();
    expect(keeper.state).toEqual({ status: 'ended', reason: undefined });
    await expect(keeper.accessToken()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('asks once for many who need a token', async () => {
    const { open, refreshes } = setup();
    const keeper = open();
    const tokens = await Promise.all([keeper.accessToken(), keeper.accessToken(), keeper.accessToken()]);
    expect(new Set(tokens).size).toBe(1);
    expect(refreshes()).toBe(1);
  });

  it('replaces a token that was refused, once', async () => {
    const { open, refreshes } = setup();
    const keeper = open();
    await keeper.restore();
    const [first, second] = await Promise.all([keeper.accessToken('token-1'), keeper.accessToken('token-1')]);
    expect([first, second]).toEqual(['token-2', 'token-2']);
    expect(refreshes()).toBe(2);
  });

  it('shares one refresh between tabs', async () => {
    const { open, refreshes } = setup();
    const [one, two] = [open(), open()];
    await one.restore();
    expect(await two.accessToken()).toBe('token-1');
    const both = await Promise.all([one.accessToken('token-1'), two.accessToken('token-1')]);
    expect(both).toEqual(['token-2', 'token-2']);
    expect(refreshes()).toBe(2);
  });

  it('renews the token before it ends, and tells who listens', async () => {
    const { open } = setup();
    const keeper = open();
    const seen: string[] = [];
    keeper.subscribe((state) => void (state.status === 'active' && seen.push(state.session.accessToken)));
    await keeper.restore();
    await vi.advanceTimersByTimeAsync(505_000);
    expect(seen).toEqual(['token-1']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(seen).toEqual(['token-1', 'token-2']);
  });

  it('renews on and on while the server cannot be reached, and keeps the session', async () => {
    const { server, session, open } = setup();
    const keeper = open();
    await keeper.restore();
    server.handle = () => Promise.reject(new TypeError('offline'));
    await vi.advanceTimersByTimeAsync(900_000);
    expect(keeper.state.status).toBe('active');
    await expect(Promise.all([keeper.accessToken(), vi.advanceTimersByTimeAsync(10_000)])).rejects.toBeInstanceOf(NoAnswerError);
    server.handle = () => session();
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await keeper.accessToken()).toBe('token-2');
  });

  it('repeats a refresh whose answer was lost while the old cookie still counts', async () => {
    const { server, session, open, refreshes } = setup();
    let isLost = true;
    server.handle = () => {
      if (!isLost) return session();
      isLost = false;
      return Promise.reject(new TypeError('connection reset'));
    };
    const keeper = open();
    await Promise.all([keeper.restore(), vi.advanceTimersByTimeAsync(1_000)]);
    expect(keeper.state.status).toBe('active');
    expect(refreshes()).toBe(2);
  });

  it('ends in every tab when the server refuses the cookie', async () => {
    const { server, open } = setup();
    const [one, two] = [open(), open()];
    await one.restore();
    await vi.advanceTimersByTimeAsync(0);
    expect(two.state.status).toBe('active');
    server.handle = () => problem('UNAUTHENTICATED', 401);
    await expect(one.accessToken('token-1')).rejects.toBeInstanceOf(ParleyError);
    await vi.advanceTimersByTimeAsync(0);
    expect([one.state, two.state]).toEqual([
      { status: 'ended', reason: 'expired' },
      { status: 'ended', reason: 'expired' },
    ]);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes another account on to the other tabs', async () => {
    const { server, session, open } = setup();
    const [one, two] = [open(), open()];
    await one.restore();
    await vi.advanceTimersByTimeAsync(0);
    server.handle = () => session(BOB);
    await two.login('bob', 'secret');
    await vi.advanceTimersByTimeAsync(0);
    expect(one.state).toMatchObject({ status: 'active', session: { user: { id: BOB } } });
  });

  it('cleans up before it says that the session ended', async () => {
    const { server, open } = setup();
    const [keeper, otherTab] = [open(), open()];
    await keeper.restore();
    server.handle = () => new Response(null, { status: 204 });
    const states: string[] = [];
    await keeper.logout(async () => {
      // The other tab hears it from the server first.
      otherTab.end('logout');
      await vi.advanceTimersByTimeAsync(0);
      states.push(keeper.state.status);
    });
    expect(states).toEqual(['active']);
    expect(keeper.state).toEqual({ status: 'ended', reason: 'logout' });
  });

  it('waits for a refresh before it logs out, and lets none follow', async () => {
    const { server, session, open } = setup();
    const [keeper, otherTab] = [open(), open()];
    await keeper.restore();
    await vi.advanceTimersByTimeAsync(0);
    const answers: ((answer: Response) => void)[] = [];
    server.handle = ({ url }) =>
      url === '/api/logout' ? new Response(null, { status: 204 }) : new Promise<Response>((resolve) => answers.push(resolve));
    const renewed = otherTab.accessToken('token-1');
    await vi.advanceTimersByTimeAsync(0);
    const ended = keeper.logout(() => Promise.resolve());
    const late = expect(keeper.accessToken('token-1')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await vi.advanceTimersByTimeAsync(0);
    expect(server.calls.map(({ url }) => url)).not.toContain('/api/logout');
    answers[0]?.(session());
    await Promise.all([renewed, ended, late, vi.advanceTimersByTimeAsync(0)]);
    expect([keeper.state, otherTab.state]).toEqual([
      { status: 'ended', reason: 'logout' },
      { status: 'ended', reason: 'logout' },
    ]);
    expect(answers).toHaveLength(1);
  });

  it('stays logged in when the server was not told', async () => {
    const { server, open } = setup();
    const keeper = open();
    await keeper.restore();
    server.handle = () => Promise.reject(new TypeError('offline'));
    let hasCleaned = false;
    await expect(keeper.logout(async () => void (hasCleaned = true))).rejects.toBeInstanceOf(NoAnswerError);
    expect([keeper.state.status, hasCleaned]).toEqual(['active', false]);
  });

  it('leaves a fresh registration to be adopted, after its password was seen', async () => {
    const { server, open } = setup();
    server.handle = () =>
      json({ user: userOf(ME, 'Me'), accessToken: 'token', expiresIn: 600, generatedPassword: 'a strong password' }, 201);
    const keeper = open();
    const answer = await keeper.register('me', '', ' ');
    expect(server.calls[0]?.body).toEqual({ username: 'me', password: '' });
    expect(keeper.state.status).toBe('unknown');
    keeper.adopt(answer);
    expect(keeper.state.status).toBe('active');
    keeper.dispose();
    expect(vi.getTimerCount()).toBe(0);
  });
});
