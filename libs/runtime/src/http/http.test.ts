import { Body, Controller, Get, HttpCode, Inject, Module, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ParleyError, Problem } from '@parley/contracts';
import type { Request, Response } from 'express';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  bootstrap,
  createLogger,
  currentRequestId,
  defineConfig,
  listenConfig,
  loadConfig,
  serverConfig,
  type ConfigOf,
  type RunningApp,
} from '../index.js';

const thingsConfig = defineConfig('PARLEY_THINGS_', z.object({ COLOUR: z.string().default('red') }));
const Thing = z.strictObject({ name: z.string().min(1), size: z.number().optional() });
const Note = z.strictObject({ text: z.string().optional() });
const Id = z.strictObject({ id: z.uuid() });
const List = z.strictObject({ limit: z.string().transform(Number).optional(), cursor: z.string().optional() });

@Controller('api/things')
class ThingsController {
  constructor(@Inject(thingsConfig.token) private readonly config: ConfigOf<typeof thingsConfig>) {}

  @Get()
  list(@Query({ schema: List }) query: z.output<typeof List>) {
    return { query, colour: this.config.COLOUR, requestId: currentRequestId() };
  }

  @Post()
  create(@Body({ schema: Thing }) thing: z.output<typeof Thing>) {
    return thing;
  }

  @Get('special')
  special() {
    return { special: true };
  }

  @Get(':id')
  one(@Param({ schema: Id }) { id }: z.output<typeof Id>) {
    return { id };
  }

  @Post(':id/note')
  @HttpCode(200)
  note(@Param({ schema: Id }) { id }: z.output<typeof Id>, @Body({ schema: Note }) note: z.output<typeof Note>) {
    return { id, note };
  }

  @Post('busy')
  busy() {
    throw new ParleyError('RATE_LIMITED', { retryAfterMs: 1200 });
  }

  @Post('broken')
  broken() {
    throw new Error('password=hunter2 at /secret/path', { cause: new TypeError('the inner one') });
  }

  @Get('half/answer')
  async half(@Res() response: Response) {
    await new Promise((resolve) => response.write('half an', resolve));
    throw new Error('too late');
  }

  @Post('raw/bytes')
  @HttpCode(200)
  async raw(@Req() request: Request) {
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    return { bytes, query: request.query };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const ID = '0b3c2f8e-94b1-4f0e-9c53-5a7c1ad6d0a1';
const lines: string[] = [];
let app: RunningApp;
const url = (path: string) => `http://127.0.0.1:${app.port}${path}`;
const post = (path: string, body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(url(path), { method: 'POST', body, headers });

beforeAll(async () => {
  const config = loadConfig([serverConfig, listenConfig, thingsConfig], {
    PORT: '0',
    PARLEY_LOG_LEVEL: 'debug',
    PARLEY_ALLOWED_ORIGINS: 'https://friend.example',
  });
  const destination = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) });
  app = await bootstrap({ module: ThingsModule, config, logger: createLogger('debug', destination) });
});
afterAll(() => app.close());

async function expectProblem(response: globalThis.Response, status: number, code: string): Promise<Problem> {
  const problem = Problem.parse(await response.json());
  expect({ status: response.status, code: problem.code, type: response.headers.get('content-type') }).toEqual({
    status,
    code,
    type: 'application/problem+json',
  });
  expect(problem.status).toBe(status);
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  expect(response.headers.get('cache-control')).toBe('no-store');
  return problem;
}

/** Bytes as they are, for what `fetch` would put right. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(app.port, '127.0.0.1', () => socket.write(text));
    socket
      .setEncoding('utf8')
      .on('data', (part) => (answer += part))
      .on('close', () => resolve(answer))
      .on('error', reject);
  });
}

describe('input', () => {
  it('is transformed by its schema, in body, query and path', async () => {
    expect(await (await post('/api/things', '{"name":"a"}')).json()).toEqual({ name: 'a' });
    expect(await (await fetch(url('/api/things?limit=5'))).json()).toMatchObject({ query: { limit: 5 }, colour: 'red' });
    expect(await (await fetch(url(`/api/things/${ID}`))).json()).toEqual({ id: ID });
  });

  it('prefers the literal path to the parameter whatever their order', async () => {
    expect(await (await fetch(url('/api/things/special'))).json()).toEqual({ special: true });
  });

  it('is refused with the path of every fault', async () => {
    const problem = await expectProblem(await post('/api/things', '{"name":"","size":"big"}'), 400, 'VALIDATION_FAILED');
    expect(problem.errors?.map(({ path }) => path)).toEqual(['name', 'size']);
    await expectProblem(await fetch(url('/api/things/not-a-uuid')), 400, 'VALIDATION_FAILED');
  });

  it.each([
    '{"name":"a","extra":1}',
    '{"name":"a","__proto__":{"admin":true}}',
    '{"name":"a","constructor":{"prototype":{"x":1}}}',
    '[]',
    '"text"',
    '{',
    '',
    'null',
    '{"name":{"$ne":null}}',
    '{"name":["a"]}',
  ])('refuses the body %s', async (body) => {
    await expectProblem(await post('/api/things', body), 400, 'VALIDATION_FAILED');
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('survives deep nesting and very many keys', async () => {
    await expectProblem(await post('/api/things', `{"name":${'['.repeat(60_000)}${']'.repeat(60_000)}}`), 400, 'VALIDATION_FAILED');
    const keys = Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join(',');
    await expectProblem(await post('/api/things', `{${keys}}`), 400, 'VALIDATION_FAILED');
  });

  it.each([
    '/api/things?unknown=1',
    '/api/things?limit=1&limit=2',
    `/api/things/${ID}?x=1`,
    '/api/things?limit[a]=1',
    '/api/things?__proto__=1',
    '/api/things/special?x',
  ])('refuses unknown and repeated query parameters: %s', async (path) => {
    await expectProblem(await fetch(url(path)), 400, 'VALIDATION_FAILED');
  });

  it('refuses fields where no body belongs, but lets a handler of the whole request alone', async () => {
    await expectProblem(await post('/api/things/busy', '{"x":1}'), 400, 'VALIDATION_FAILED');
    const response = await post('/api/things/raw/bytes?x=1', 'abc', { 'content-type': 'application/octet-stream' });
    expect(await response.json()).toEqual({ bytes: 3, query: { x: '1' } });
  });

  it('takes no body for an empty one', async () => {
    const missing = await expectProblem(await fetch(url('/api/things'), { method: 'POST' }), 400, 'VALIDATION_FAILED');
    expect(missing.errors?.[0]?.path).toBe('name');
    const optional = await fetch(url(`/api/things/${ID}/note`), { method: 'POST' });
    expect(await optional.json()).toEqual({ id: ID, note: {} });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', ''])(
    'does not read JSON out of a body of type "%s"',
    async (type) => {
      await expectProblem(
        await post(`/api/things/${ID}/note`, '{"text":"x"}', type ? { 'content-type': type } : {}),
        400,
        'VALIDATION_FAILED',
      );
    },
  );

  it('refuses other charsets and compressed bodies', async () => {
    await expectProblem(
      await post('/api/things', '{"name":"a"}', { 'content-type': 'application/json; charset=utf-7' }),
      400,
      'VALIDATION_FAILED',
    );
    await expectProblem(
      await post('/api/things', '{"name":"a"}', { 'content-type': 'application/json; charset=latin1' }),
      400,
      'VALIDATION_FAILED',
    );
    await expectProblem(
      await post('/api/things', 'x', { 'content-type': 'application/json', 'content-encoding': 'gzip' }),
      400,
      'VALIDATION_FAILED',
    );
  });

  it('refuses more than 256 KiB and serves the next request', async () => {
    await expectProblem(await post('/api/things', `{"name":"${'a'.repeat(256 * 1024)}"}`), 413, 'TOO_LARGE');
    expect((await post('/api/things', '{"name":"a"}')).status).toBe(201);
  });
});

describe('addresses', () => {
  it('answers 404 for what is not there', async () => {
    await expectProblem(await fetch(url('/api/nothing')), 404, 'NOT_FOUND');
    await expectProblem(await fetch(url('/API/things')), 404, 'NOT_FOUND');
  });

  it('answers 405 with the methods that are there', async () => {
    const response = await fetch(url('/api/things'), { method: 'DELETE' });
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
    await expectProblem(response, 405, 'METHOD_NOT_ALLOWED');
    await expectProblem(await fetch(url(`/api/things/${ID}`), { method: 'OPTIONS' }), 405, 'METHOD_NOT_ALLOWED');
    await expectProblem(await fetch(url('/healthz'), { method: 'POST' }), 405, 'METHOD_NOT_ALLOWED');
  });

  it.each(['/api/things/%', '/api/things/%ff', '/%E0%A4%A', '/api/things/%C0%AF'])(
    'answers 400 for the broken encoding of %s',
    async (path) => {
      const answer = await sendRaw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toContain('"VALIDATION_FAILED"');
    },
  );

  it.each([
    'GET //api/things HTTP/1.1',
    'GET http://elsewhere/api/things HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'GET /api/things?% HTTP/1.1',
    'GET /\\ HTTP/1.1',
    'BREW /api/things HTTP/1.1',
    'PROPFIND /api/things HTTP/1.1',
  ])('answers "%s" without a 5xx', async (line) => {
    expect(await sendRaw(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 [24]\d\d /);
  });

  it('decides about HEAD as about GET', async () => {
    for (const [path, status] of [
      ['/api/things', 200],
      ['/api/things?unknown=1', 400],
      ['/api/nothing', 404],
    ] as const) {
      const response = await fetch(url(path), { method: 'HEAD' });
      expect(response.status).toBe(status);
      expect(await response.text()).toBe('');
    }
  });
});

describe('failures', () => {
  it('tell when to come back, in whole seconds', async () => {
    const response = await post('/api/things/busy', '{}');
    expect(response.headers.get('retry-after')).toBe('2');
    await expectProblem(response, 429, 'RATE_LIMITED');
  });

  it('keep the inner text in the log', async () => {
    const response = await post('/api/things/broken', '{}');
    const problem = await expectProblem(response, 503, 'UNAVAILABLE');
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|secret/);
    const logged = lines
      .map((line) => JSON.parse(line) as { requestId?: string; err?: { message: string; cause?: { message: string } } })
      .find((line) => line.requestId === problem.requestId && line.err);
    expect(logged?.err?.cause?.message).toBe('the inner one');
  });

  it('cut the connection when half of the answer is out', async () => {
    const answer = await sendRaw('GET /api/things/half/answer HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(answer).toContain('half an');
    expect(answer).not.toContain('\r\n0\r\n'); // the end of a whole answer
  });
});

describe('request ids', () => {
  it('are taken over when harmless, else made, and known to the code', async () => {
    const given = await fetch(url('/api/things'), { headers: { 'x-request-id': 'edge-1.2_3' } });
    expect(given.headers.get('x-request-id')).toBe('edge-1.2_3');
    expect(await given.json()).toMatchObject({ requestId: 'edge-1.2_3' });
    for (const bad of ['a b', 'x'.repeat(65), '<script>', '"']) {
      const response = await fetch(url('/api/nothing'), { headers: { 'x-request-id': bad } });
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe('origins', () => {
  it.each<[Record<string, string>, number]>([
    [{}, 201],
    [{ origin: 'SELF' }, 201],
    [{ origin: 'LOCAL' }, 201],
    [{ origin: 'https://friend.example' }, 201],
    [{ origin: 'https://friend.example', 'sec-fetch-site': 'cross-site' }, 201],
    [{ 'sec-fetch-site': 'same-origin' }, 201],
    [{ 'sec-fetch-site': 'none' }, 201],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'anything' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, 403],
    [{ origin: 'https://friend.example.evil.tld' }, 403],
    [{ origin: 'https://evilfriend.example' }, 403],
    [{ origin: 'http://friend.example' }, 403],
    [{ origin: 'https://friend.example:444' }, 403],
    [{ origin: 'HTTPS://FRIEND.EXAMPLE' }, 403],
    [{ origin: 'http://localhost:1' }, 403],
    [{ origin: 'https://evil.tld', 'sec-fetch-site': 'same-origin' }, 403],
  ])('POST with %j -> %i', async (headers, status) => {
    const origin = headers['origin']?.replace('SELF', `http://127.0.0.1:${app.port}`).replace('LOCAL', `http://localhost:${app.port}`);
    const response = await post('/api/things', '{"name":"a"}', {
      'content-type': 'application/json',
      ...headers,
      ...(origin ? { origin } : {}),
    });
    expect(response.status).toBe(status);
    if (status === 403) await expectProblem(response, 403, 'ORIGIN_REFUSED');
  });

  it('lets everybody read, and tells browsers who may see it', async () => {
    const foreign = await fetch(url('/api/things'), { headers: { origin: 'https://evil.tld', 'sec-fetch-site': 'cross-site' } });
    expect(foreign.status).toBe(200);
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    const friend = await fetch(url('/api/things'), { headers: { origin: 'https://friend.example' } });
    expect(friend.headers.get('access-control-allow-origin')).toBe('https://friend.example');
    expect(friend.headers.get('vary')).toContain('Origin');
  });

  it('answers the preflight of an allowed origin only', async () => {
    const ask = (origin: string) =>
      fetch(url('/api/things'), { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    expect((await ask('https://friend.example')).status).toBe(204);
    const refused = await ask('https://evil.tld');
    expect(refused.headers.get('access-control-allow-methods')).toBeNull();
    expect(refused.status).toBe(405);
  });
});

describe('headers', () => {
  it('say nothing about the server and let nothing run', async () => {
    const { headers } = await fetch(url('/api/things'));
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('etag')).toBeNull();
    expect(headers.get('content-security-policy')).toBe("default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('strict-transport-security')).toBeNull();
  });
});

describe('metrics', () => {
  it('count by template and never by address', async () => {
    await fetch(url(`/api/things/${ID}`));
    await fetch(url('/api/nothing/at/all'));
    const text = await (await fetch(url('/metrics'))).text();
    expect(text).toContain(
      'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/api/things/:id",http_response_status_code="200"}',
    );
    expect(text).toContain('http_route="(none)",http_response_status_code="404"');
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain(ID);
  });

  it('are for this machine only', async () => {
    await expectProblem(await fetch(url('/metrics'), { headers: { 'x-forwarded-for': '127.0.0.1' } }), 403, 'FORBIDDEN');
    await expectProblem(await fetch(url('/metrics'), { headers: { forwarded: 'for=127.0.0.1' } }), 403, 'FORBIDDEN');
  });
});
