import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server as SocketServer } from 'socket.io';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EdgeBackend } from './edge-config.ts';
import { startHaproxy, type RunningEdge } from './haproxy.ts';

const CACHE = join(import.meta.dirname, '../../.cache/stack');
const PATIENCE = { timeout: 10_000, interval: 20 };

interface Backend {
  readonly server: Server;
  readonly address: string;
  isReady: boolean;
}

/** A service that tells what arrived at it. */
async function openBackend(name: string): Promise<Backend> {
  const answer = ({ url, headers }: IncomingMessage) => JSON.stringify({ name, url, headers });
  const backend = {
    server: createServer((request, response) => {
      response.statusCode = request.url === '/readyz' && !backend.isReady ? 503 : 200;
      response.end(answer(request));
    }),
    address: '',
    isReady: true,
  };
  await new Promise<void>((resolve) => backend.server.listen(0, '127.0.0.1', resolve));
  backend.address = `127.0.0.1:${(backend.server.address() as AddressInfo).port}`;
  return backend;
}

let dir: string;
let backends: Record<EdgeBackend, Backend[]>;
let edge: RunningEdge | undefined;
const sockets: SocketServer[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-edge-'));
  const open = (name: string) => openBackend(name);
  backends = {
    gateway: await Promise.all([open('gateway 1'), open('gateway 2')]),
    messages: [await open('messages')],
    rooms: [await open('rooms')],
    auth: [await open('auth')],
    media: [await open('media')],
    web: [await open('web')],
  };
  for (const [index, { server }] of backends.gateway.entries()) {
    const socketServer = new SocketServer(server, { transports: ['websocket'], serveClient: false });
    socketServer.on('connection', (socket) => socket.emit('here', index));
    sockets.push(socketServer);
  }
  try {
    edge = await startHaproxy({ dir, cacheDir: CACHE, log: () => undefined, backends });
  } catch (error) {
    if (process.env.PARLEY_STACK === 'required') throw error;
    process.stderr.write(`stack: !!! THE TESTS OF THE EDGE ARE SKIPPED !!! ${(error as Error).message}\n`);
  }
});
afterAll(async () => {
  await edge?.stop();
  for (const server of sockets) await server.close();
  for (const { server } of Object.values(backends).flat()) server.close();
  await rm(dir, { recursive: true, force: true });
});

async function open() {
  const socket = io(edge!.url, { transports: ['websocket'], forceNew: true, reconnection: false });
  return { socket, gateway: await new Promise<number>((resolve) => socket.once('here', resolve)) };
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(edge!.url + path, { headers });

describe('the edge', () => {
  it.for([
    ['/', 'web'],
    ['/chat', 'web'],
    ['/api/media', 'media'],
    ['/api/media/1/hill.jpg', 'media'],
    ['/api/mediaeval', 'web'],
    ['/api/mexico', 'web'],
    ['/api/register', 'auth'],
    ['/api/me/password', 'auth'],
    ['/api/sessions', 'auth'],
    ['/api/users?query=a', 'auth'],
    ['/api/users/1/avatar', 'auth'],
    ['/.well-known/jwks.json', 'auth'],
    ['/api/chat/rooms', 'rooms'],
    ['/api/chat/rooms/1/members', 'rooms'],
    ['/api/chat/rooms/1/messagesque', 'rooms'],
    ['/api/chat/conversations', 'rooms'],
    ['/api/invites/code', 'rooms'],
    ['/api/chat/rooms/1/messages', 'messages'],
    ['/api/chat/rooms/1/messages?wait=stored', 'messages'],
    ['/api/chat/rooms/1/messages/2/reactions/x', 'messages'],
    ['/api/search?q=a', 'messages'],
  ])('brings %s to %s', async ([path, name], { skip }) => {
    skip(!edge);
    expect(await (await get(path!)).json()).toMatchObject({ name, url: path });
  });

  it.for(['/internal', '/internal/rooms', '/INTERNAL/x', '/%69nternal/x', '//internal/x', '/metrics', '/Metrics', '/healthz', '/readyz'])(
    'hides %s',
    async (path, { skip }) => {
      skip(!edge);
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: 'NOT_FOUND', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    },
  );

  it('tells services what it saw, not what the client claims', async ({ skip }) => {
    skip(!edge);
    const claims = { 'X-Forwarded-For': '1.2.3.4', Forwarded: 'for=1.2.3.4', 'X-Forwarded-Host': 'evil.example', 'X-Real-IP': '1.2.3.4' };
    const { headers } = (await (await get('/api/me', { ...claims, 'X-Forwarded-Proto': 'https' })).json()) as { headers: object };
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^forwarded$|-host$|real-ip/)]));
  });

  it('behind another proxy keeps what that one says of the client, and adds whom it saw', async ({ skip }) => {
    skip(!edge);
    const inner = await startHaproxy({ dir: join(dir, 'inner'), cacheDir: CACHE, log: () => undefined, backends, isBehindProxy: true });
    try {
      const said = { 'X-Forwarded-For': '203.0.113.7', 'X-Forwarded-Proto': 'https' };
      const answer = await vi.waitFor(async () => {
        const response = await fetch(`${inner.url}/api/me`, { headers: said });
        expect(response.status).toBe(200);
        return (await response.json()) as { headers: object };
      }, PATIENCE);
      expect(answer.headers).toMatchObject({ 'x-forwarded-for': '203.0.113.7, 127.0.0.1', 'x-forwarded-proto': 'https' });
    } finally {
      await inner.stop();
    }
  });

  it('spreads sockets evenly, keeps those of a gateway that drains, and sends new ones elsewhere', async ({ skip }) => {
    skip(!edge);
    const count = (opened: { gateway: number }[]) => [0, 1].map((index) => opened.filter(({ gateway }) => gateway === index).length);
    const first = [];
    for (let n = 0; n < 10; n++) first.push(await open());
    expect(count(first)).toEqual([5, 5]);
    backends.gateway[0]!.isReady = false;
    await vi.waitFor(async () => expect(await (await get('/socket.io/x')).text()).toContain('Transport unknown'), PATIENCE);
    const later: Awaited<ReturnType<typeof open>>[] = [];
    await vi.waitFor(async () => {
      later.push(await open());
      expect(later.slice(-6).map(({ gateway }) => gateway)).toEqual([1, 1, 1, 1, 1, 1]);
    }, PATIENCE);
    expect(first.every(({ socket }) => socket.connected)).toBe(true);
    for (const { socket } of [...first, ...later]) socket.disconnect();
    backends.gateway[0]!.isReady = true;
  });

  it('can be told that a gateway goes, before it does', async ({ skip }) => {
    skip(!edge);
    const opened: Awaited<ReturnType<typeof open>>[] = [];
    const openOneAt = (gateway: number) =>
      vi.waitFor(async () => {
        opened.push(await open());
        expect(opened.at(-1)!.gateway).toBe(gateway);
      }, PATIENCE);
    await openOneAt(0);
    await edge!.setState('gateway', 0, 'drain');
    expect([await edge!.isServing('gateway', 0), await edge!.isServing('gateway', 1)]).toEqual([false, true]);
    const meanwhile = [await open(), await open(), await open()];
    expect(meanwhile.map(({ gateway }) => gateway)).toEqual([1, 1, 1]);
    expect(opened.every(({ socket }) => socket.connected)).toBe(true);
    await edge!.setState('gateway', 0, 'ready');
    expect(await edge!.isServing('gateway', 0)).toBe(true);
    await openOneAt(0);
    for (const { socket } of [...opened, ...meanwhile]) socket.disconnect();
    await expect(edge!.setState('gateway', 7, 'drain')).rejects.toThrow(/gateway-8.*No such server/i);
  });

  it('answers for a service that is away in the words of the others', async ({ skip }) => {
    skip(!edge);
    backends.rooms[0]!.server.closeAllConnections();
    await new Promise((resolve) => backends.rooms[0]!.server.close(resolve));
    const response = await get('/api/chat/rooms');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await response.json()).toMatchObject({ type: 'urn:parley:error:UNAVAILABLE', code: 'UNAVAILABLE', status: 503 });
    expect((await get('/chat')).status).toBe(200);
  });
});
