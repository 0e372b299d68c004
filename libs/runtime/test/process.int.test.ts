import { eventually, SourceProcess } from '@parley/testing';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';

const started: SourceProcess[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.kill('SIGKILL');
});

function startServer(env: Record<string, string> = {}, ...args: string[]): SourceProcess {
  const server = new SourceProcess(new URL('./fixtures/server.ts', import.meta.url), { args, env: { PORT: '0', ...env } });
  started.push(server);
  return server;
}

/** Its log is on standard output too; only what the fixture itself reports is looked at. */
const eventsOf = ({ stdout }: SourceProcess): unknown[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{"event"'))
    .map((line) => (JSON.parse(line) as { event: string }).event);

async function urlOf(server: SourceProcess): Promise<string> {
  const port = await eventually(() => {
    const found = /^\{"port":(\d+)\}$/m.exec(server.stdout)?.[1];
    if (found === undefined) throw new Error(`it does not listen: ${server.stdout}${server.stderr}`);
    return found;
  });
  return `http://127.0.0.1:${port}`;
}

const post = (url: string) => fetch(url, { method: 'POST' }).catch(() => undefined);

describe('a stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s is orderly and ends with 0', async (signal) => {
    const server = startServer();
    await urlOf(server);
    expect(await server.kill(signal)).toBe(0);
    expect(eventsOf(server)).toEqual(['draining', 'closing', 'resource closed']);
  });

  it('makes it not ready at once, while it still answers', async () => {
    const server = startServer({}, '1000');
    const url = await urlOf(server);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    server.process.kill('SIGTERM');
    await eventually(() => expect(eventsOf(server)).toEqual(['draining']));
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await answer.json()).toEqual({ status: 'not ready', notReady: ['stopping'] });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await server.exited).toBe(0);
  });

  it('is orderly while the start still waits for something', async () => {
    const server = startServer({}, '0', '30000', '0', 'waiting');
    await eventually(() => expect(eventsOf(server)).toEqual(['waiting']));
    expect(await server.kill('SIGTERM')).toBe(0);
    expect(eventsOf(server)).toEqual(['waiting', 'resource closed']);
  });

  it('lets a request that runs come to its end', async () => {
    const server = startServer();
    const answer = fetch(`${await urlOf(server)}/api/slow`);
    await eventually(() => expect(eventsOf(server)).toEqual(['slow began']));
    server.process.kill('SIGTERM');
    expect(await (await answer).json()).toEqual({ slow: true });
    expect(await server.exited).toBe(0);
  });

  it('is not hurried by a second signal', async () => {
    const server = startServer({}, '500');
    await urlOf(server);
    server.process.kill('SIGTERM');
    await eventually(() => expect(eventsOf(server)).toEqual(['draining']));
    server.process.kill('SIGINT');
    expect(await server.kill('SIGTERM')).toBe(0);
    expect(eventsOf(server)).toEqual(['draining', 'closing', 'resource closed']);
  });

  it('is enforced when something hangs', async () => {
    const server = startServer({}, '60000', '500');
    await urlOf(server);
    expect(await server.kill('SIGTERM')).toBe(1);
    expect(server.stdout).toContain('still not stopped after 0.5 s');
  });

  it('leaves a part the time that it has asked for', async () => {
    const server = startServer({}, '1000', '500', '60000');
    await urlOf(server);
    expect(await server.kill('SIGTERM')).toBe(0);
    expect(eventsOf(server)).toEqual(['draining', 'closing', 'resource closed']);
  });
});

describe('a fault that nobody caught', () => {
  it.each(['throw', 'reject'])('(%s) is logged, drained and ends with 1', async (kind) => {
    const server = startServer();
    await post(`${await urlOf(server)}/api/${kind}`);
    expect(await server.exited).toBe(1);
    expect(eventsOf(server)).toEqual(['draining', 'closing', 'resource closed']);
    const fatal = server.stdout.split('\n').find((line) => line.includes('into the void'));
    expect(JSON.parse(fatal ?? '{}')).toMatchObject({ level: 60, err: { type: 'Error' } });
  });
});

describe('what the operator has to put right', () => {
  it('is told in one line: a taken port', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const server = startServer({ PORT: String(port), PARLEY_LOG_LEVEL: 'error' });
    expect(await server.exited).toBe(1);
    blocker.close();
    expect(server.stderr).toBe(`Parley cannot start: port ${port} on 127.0.0.1 is taken: stop what uses it, or set PORT to another port\n`);
    expect(eventsOf(server)).toEqual(['resource closed']);
  });

  it('is told in one line: wrong variables, all of them', async () => {
    const server = startServer({ PORT: 'http', PARLEY_LOG_LEVEL: 'loud', PARLEY_PORT: '1' });
    expect(await server.exited).toBe(1);
    expect(server.stderr).toMatch(/^Parley cannot start: wrong configuration: .*\n$/);
    for (const name of ['PARLEY_LOG_LEVEL', 'PORT', 'PARLEY_PORT']) expect(server.stderr).toContain(`${name}: `);
    expect(server.stderr).not.toContain('loud');
    expect(server.stdout).toBe('');
  });

  it('is told in one line: a foreign address', async () => {
    const server = startServer({ HOST: '192.0.2.1', PARLEY_LOG_LEVEL: 'error' });
    expect(await server.exited).toBe(1);
    expect(server.stderr).toBe('Parley cannot start: 192.0.2.1 is not an address of this machine: set HOST to one that is\n');
  });

  it('is told in one line: failpoints outside of tests', async () => {
    const server = startServer({ PARLEY_FAILPOINTS: 'in-pass', NODE_ENV: 'production' });
    expect(await server.exited).toBe(1);
    expect(server.stderr).toContain('PARLEY_FAILPOINTS: is for tests');
  });
});

describe('a failpoint', () => {
  it('kills at the passage that was asked for', async () => {
    const server = startServer({ PARLEY_FAILPOINTS: 'elsewhere, in-pass:3', NODE_ENV: 'test' });
    const url = `${await urlOf(server)}/api/pass`;
    expect((await post(url))?.status).toBe(201);
    expect((await post(url))?.status).toBe(201);
    expect(await post(url)).toBeUndefined();
    expect(await server.exited).toBe('SIGKILL');
  });
});
