import { randomUUID } from 'node:crypto';
import { request, type Server } from 'node:http';
import { connect } from 'node:net';
import { eventually } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket as RawSocket } from 'ws';
import { GatewayFixture } from './gateway-fixture.js';

const refusalOf = async (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'let in',
    (error: Error & { data?: unknown }) => error.data ?? error.message,
  );

describe('connecting', () => {
  let gateway: GatewayFixture;
  beforeAll(async () => {
    gateway = await GatewayFixture.start();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  /** The status of a handshake with these headers: 101 means that it was let in. */
  const handshake = (headers: Record<string, string>, query = 'EIO=4&transport=websocket') =>
    new Promise<{ status: number; body: string; requestId: string | undefined }>((resolve, reject) => {
      const upgrade = {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      };
      const attempt = request(`${gateway.url}/socket.io/?${query}`, { headers: { ...upgrade, ...headers } });
      attempt.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve({ status: response.statusCode ?? 0, body: '', requestId: undefined });
      });
      attempt.on('response', (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body, requestId: response.headers['x-request-id'] as string }),
        );
      });
      attempt.on('error', reject);
      attempt.end();
    });

  it('greets who brings a valid token', async () => {
    const client = await gateway.connect();
    expect(client.of('ready')).toEqual([
      expect.objectContaining({
        userId: client.userId,
        sessionId: client.sessionId,
        heartbeatMs: 25_000,
        limits: expect.objectContaining({ textMax: 4000 }),
      }),
    ]);
  });

  it.each([
    ['no token', {}],
    ['an empty token', { token: '' }],
    ['a token that is not a text', { token: { $ne: null } }],
    ['nonsense', { token: 'a.b.c' }],
    ['a very long token', { token: 'x'.repeat(30_000) }],
  ])('refuses %s, and closes the connection', async (_, auth) => {
    const socket = gateway.open({ auth });
    const error = await new Promise<Error & { data?: unknown }>((resolve) => socket.once('connect_error', resolve));
    expect(error.data).toEqual({ code: 'UNAUTHENTICATED', retryable: false });
    await eventually(() => !socket.io.engine || socket.io.engine.readyState === 'closed', { describe: 'the connection to be closed' });
  });

  it('refuses a token that has expired', async () => {
    expect(await refusalOf(gateway.connect(randomUUID(), { expiresInSeconds: -10 }))).toEqual({
      code: 'UNAUTHENTICATED',
      retryable: false,
    });
  });

  it('does not take a token from the query or from a header', async () => {
    const token = await gateway.world.token(randomUUID());
    const socket = gateway.open({
      query: { token },
      extraHeaders: { Authorization: `Bearer ${token}`, Cookie: `parley_session=${token}` },
    });
    const error = await new Promise<Error & { data?: unknown }>((resolve) => socket.once('connect_error', resolve));
    expect(error.data).toEqual({ code: 'ORIGIN_REFUSED', retryable: false });
  });

  it('lets its own site and scripts in', async () => {
    expect(await handshake({})).toMatchObject({ status: 101 });
    expect(await handshake({ Origin: `http://localhost:${gateway.app.port}` })).toMatchObject({ status: 101 });
  });

  it.each(['https://evil.example', 'null', 'http://localhost', 'http://localhost.evil.example', 'http://evillocalhost', 'file://', ''])(
    'refuses the site %j with a problem document',
    async (origin) => {
      const { status, body, requestId } = await handshake({ Origin: origin });
      expect(status).toBe(403);
      expect(JSON.parse(body)).toMatchObject({ code: 'ORIGIN_REFUSED', status: 403, requestId });
      expect(requestId).toBeTruthy();
    },
  );

  it('refuses a browser that hides its site', async () => {
    expect(await handshake({ 'Sec-Fetch-Site': 'cross-site' })).toMatchObject({ status: 403 });
  });

  it.each([
    'EIO=4&transport=polling',
    'EIO=3&transport=websocket',
    'transport=websocket',
    'EIO=4',
    'EIO=4&transport=websocket&sid=abc',
    'EIO=4&transport=webtransport',
  ])('refuses any other way in: %s', async (query) => {
    const { status, body } = await handshake({}, query);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('does not let a second connection take over an existing one', async () => {
    const client = await gateway.connect();
    const sid = client.socket.io.engine.id;
    expect(await handshake({ Origin: 'https://evil.example' }, `EIO=4&transport=websocket&sid=${sid}`)).toMatchObject({ status: 403 });
    expect(await handshake({}, `EIO=4&transport=websocket&sid=${sid}`)).toMatchObject({ status: 400 });
    expect(await client.code('room:close', { roomId: randomUUID() })).toBe('ok');
  });

  it('answers plain HTTP requests with a problem document', async () => {
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(`${gateway.url}/socket.io/?EIO=4&transport=polling`, { method });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toMatchObject({ code: 'VALIDATION_FAILED' });
    }
    expect((await fetch(`${gateway.url}/socket.io/socket.io.js`)).status).toBe(400);
  });

  it('does not speak compression', async () => {
    const offered = await new Promise<string | undefined>((resolve, reject) => {
      const attempt = request(`${gateway.url}/socket.io/?EIO=4&transport=websocket`, {
        headers: {
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
          'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
        },
      });
      attempt.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.headers['sec-websocket-extensions']);
      });
      attempt.on('error', reject).end();
    });
    expect(offered).toBeUndefined();
  });

  it('answers a question for another namespace without making one', async () => {
    const client = await gateway.connect();
    const other = client.socket.io.socket('/admin');
    const error = await new Promise<Error>((resolve) => other.once('connect_error', resolve));
    expect(error.message).toBe('Invalid namespace');
    expect(await client.code('room:close', { roomId: randomUUID() })).toBe('ok');
  });

  it('counts people who are connected as online, until they go', async () => {
    const client = await gateway.connect();
    const stateOf = async () => (await gateway.presence.find([client.userId]))[0]?.state;
    await eventually(async () => (await stateOf()) === 'online');
    client.socket.disconnect();
    await eventually(async () => (await stateOf()) === 'offline');
  });

  it('lets somebody have twenty sockets and tells the next one why not', async () => {
    const userId = randomUUID();
    const attempts = await Promise.all(Array.from({ length: 25 }, () => refusalOf(gateway.connect(userId))));
    expect(attempts.filter((attempt) => attempt === 'let in')).toHaveLength(20);
    expect(attempts.filter((attempt) => attempt !== 'let in')).toEqual(
      Array(5).fill({ code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) }),
    );
    gateway.clients.find((client) => client.userId === userId && client.socket.connected)?.socket.disconnect();
    await eventually(async () => (await refusalOf(gateway.connect(userId))) === 'let in');
  });
});

describe('connecting under other settings', () => {
  it('closes who does not say who he is in time', async () => {
    await using gateway = await GatewayFixture.start({ PARLEY_GATEWAY_AUTH_DEADLINE_MS: '200' });
    const closed = new Promise<number>((resolve, reject) => {
      const startedAt = performance.now();
      const silent = new WebSocket(`${gateway.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
      silent.onclose = () => resolve(performance.now() - startedAt);
      silent.onerror = () => reject(new Error('not let in'));
    });
    expect(await closed).toBeGreaterThan(150);
  });

  it('closes who says something before he has logged in, or sends endless fragments', async () => {
    await using gateway = await GatewayFixture.start();
    const open = () => new RawSocket(`${gateway.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    const hasty = open();
    hasty.once('message', () => hasty.send('420["room:close",{}]'));
    const endless = open();
    endless.once('message', () => {
      for (let index = 0; index < 100_000; index += 1) endless.send('', { fin: false });
    });
    endless.on('error', () => undefined);
    await Promise.all([hasty, endless].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    expect((await gateway.connect()).socket.connected).toBe(true);
    expect(gateway.log.appended).toEqual([]);
  });

  it('closes who has left the namespace and stays on the line', async () => {
    await using gateway = await GatewayFixture.start();
    const client = await gateway.connect();
    client.socket.io.engine.write('41');
    await eventually(() => client.ended !== undefined);
  });

  it('tells a crowd at one address to wait, and turns away a larger one', async () => {
    await using gateway = await GatewayFixture.start({ PARLEY_GATEWAY_SOCKETS_PER_ADDRESS: '3' });
    for (let index = 0; index < 3; index += 1) await gateway.connect();
    expect(await refusalOf(gateway.connect())).toEqual({ code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) });
    const idle = Array.from(
      { length: 3 },
      () => new WebSocket(`${gateway.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`),
    );
    await Promise.all(idle.map((socket) => new Promise((resolve) => (socket.onopen = resolve))));
    expect(await refusalOf(gateway.connect())).toBe('websocket error');
    for (const socket of idle) socket.close();
    gateway.clients[0]?.socket.disconnect();
    await eventually(async () => (await refusalOf(gateway.connect())) === 'let in');
  });

  it('counts the addresses that a trusted proxy tells', async () => {
    await using gateway = await GatewayFixture.start({ PARLEY_GATEWAY_SOCKETS_PER_ADDRESS: '1', PARLEY_TRUST_PROXY: 'true' });
    const from = (address: string) =>
      refusalOf(gateway.connect(randomUUID(), { client: { extraHeaders: { 'X-Forwarded-For': address } } }));
    expect(await from('192.0.2.1')).toBe('let in');
    expect(await from('192.0.2.2')).toBe('let in');
    expect(await from('192.0.2.2')).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('knows no limits when they are switched off', async () => {
    await using gateway = await GatewayFixture.start({ PARLEY_GATEWAY_SOCKETS_PER_ADDRESS: '1', PARLEY_GATEWAY_SOCKETS_PER_USER: '1' }, 0);
    const userId = randomUUID();
    const attempts = await Promise.all(Array.from({ length: 5 }, () => refusalOf(gateway.connect(userId))));
    expect(attempts).toEqual(Array(5).fill('let in'));
  });
});

describe('requests that are made to hurt', () => {
  let gateway: GatewayFixture;
  beforeAll(async () => {
    gateway = await GatewayFixture.start();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  const HANDSHAKE =
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';

  /** Writes this and waits for the end of the connection. */
  const answerTo = (head: string) =>
    new Promise<string>((resolve) => {
      let answer = '';
      const socket = connect(gateway.app.port, '127.0.0.1', () => socket.write(head));
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(answer));
    });

  it.each<[string, string, number]>([
    ['2,000 headers', Array.from({ length: 2_000 }, (_, index) => `X-${index}: y\r\n`).join(''), 431],
    ['a protocol of 32 kB', `Sec-WebSocket-Protocol: ${'p'.repeat(32 * 1024)}\r\n`, 431],
    ['a header without end', `Cookie: ${'c'.repeat(20_000)}`, 431],
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n', 400],
    ['a header with a NUL', 'X-Nul: \u0000\r\n', 400],
  ])('are refused: %s', async (_, headers, status) => {
    expect(await answerTo(`${HANDSHAKE}${headers}\r\n`)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect((await gateway.connect()).socket.connected).toBe(true);
  });

  it('keep nobody out by being a thousand that come drop by drop, and are ended', { timeout: 30_000 }, async () => {
    const server = gateway.app.nest.getHttpServer() as Server;
    let open = 0;
    const slow = Array.from({ length: 1_000 }, () => {
      const socket = connect(gateway.app.port, '127.0.0.1', () => (open += 1));
      socket.on('error', () => undefined).on('close', () => (open -= 1));
      socket.write(HANDSHAKE);
      return socket;
    });
    await eventually(() => open === slow.length);
    const drops = setInterval(() => slow.forEach((socket) => socket.writable && socket.write('X-Drop: y\r\n')), 250);
    const startedAt = performance.now();
    expect((await gateway.connect()).socket.connected).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(server.headersTimeout).toBeLessThanOrEqual(20_000);
    server.headersTimeout = 1_000; // as if those 20 s were over
    await eventually(() => open === 0, { timeoutMs: 15_000, describe: 'the slow ones to be cut' });
    clearInterval(drops);
    expect((await gateway.connect()).socket.connected).toBe(true);
  });
});
