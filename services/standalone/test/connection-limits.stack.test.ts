import { HttpSession, TEST_PASSWORD, uniqueUsername } from '@parley/testing';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Constellation } from './support/constellation.js';
import { areEnginesThere, engines } from './support/real-stack.js';

const SOCKETS_PER_USER = 20;

/** Limits of connections hold for the installation, not for each gateway (`docs/api` §1). */
describe.skipIf(!areEnginesThere)('connections of one account at two gateways', () => {
  let constellation: Constellation;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    constellation = await Constellation.start(
      { auth: 1, rooms: 1, messages: 1, gateway: 2 },
      { ...(await engines()), PARLEY_LIMITS_FACTOR: '1' },
    );
  });

  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    await constellation?.[Symbol.asyncDispose]();
  });

  /** Resolves with `ready`, or with the code of the refusal. */
  const connect = (gateway: number, token: string): Promise<string> => {
    const { url } = constellation.processes.gateway[gateway]!;
    const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false, auth: { token } });
    return new Promise((resolve) => {
      socket.once('ready', () => {
        sockets.push(socket);
        resolve('ready');
      });
      socket.once('connect_error', (error: Error & { data?: { code: string } }) => resolve(error.data?.code ?? error.message));
    });
  };

  it('are twenty together', async () => {
    const session = new HttpSession(constellation.url);
    await session.register({ username: uniqueUsername(), password: TEST_PASSWORD });
    const token = session.accessToken;
    for (let made = 0; made < SOCKETS_PER_USER; made += 1) expect(await connect(made % 2, token)).toBe('ready');
    expect([await connect(0, token), await connect(1, token)]).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);

    sockets.shift()!.disconnect();
    await expect.poll(() => connect(1, token), { timeout: 10_000, interval: 100 }).toBe('ready');
    expect(await connect(0, token)).toBe('RATE_LIMITED');
  });
});
