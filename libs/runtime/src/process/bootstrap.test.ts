import { Controller, Get, Inject, Injectable, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { connect } from 'node:net';
import { once } from 'node:events';
import { freePort } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import {
  bootstrap,
  createLogger,
  currentRequestId,
  ListenError,
  listenConfig,
  loadConfig,
  OriginPolicy,
  Readiness,
  serverConfig,
} from '../index.js';

const logger = createLogger('silent');
const configWith = (env: Record<string, string> = {}) => loadConfig([serverConfig, listenConfig], { PORT: '0', ...env });

const events: string[] = [];

@Injectable()
class Part implements OnModuleInit, OnModuleDestroy {
  isReady = true;
  constructor(@Inject(Readiness) readiness: Readiness) {
    readiness.register('part', () => this.isReady);
  }
  onModuleInit() {
    events.push('open');
  }
  onModuleDestroy() {
    events.push('close');
  }
}

@Controller('api/part')
class PartController {
  @Get()
  read() {
    return { requestId: currentRequestId() };
  }
}

@Module({ providers: [Part], controllers: [PartController] })
class PartModule {}

const resource = (name: string): AsyncDisposable => ({ [Symbol.asyncDispose]: async () => void events.push(name) });

describe('bootstrap', () => {
  it('serves until it is closed, and gives everything back in order', async () => {
    events.length = 0;
    const app = await bootstrap({ module: PartModule, config: configWith(), logger, resources: [resource('first'), resource('second')] });
    expect(app.url).toBe(`http://localhost:${app.port}`);
    expect((await fetch(`http://127.0.0.1:${app.port}/api/part`)).status).toBe(200);
    await Promise.all([app.close(), app.close()]);
    expect(events).toEqual(['open', 'close', 'second', 'first']);
    await expect(fetch(`http://127.0.0.1:${app.port}/api/part`)).rejects.toThrow();
  });

  it('runs more than once in a process', async () => {
    await using first = await bootstrap({ module: PartModule, config: configWith(), logger });
    await using second = await bootstrap({ module: PartModule, config: configWith(), logger });
    expect(first.port).not.toBe(second.port);
    expect(first.get(Part)).not.toBe(second.get(Part));
  });

  it('closes what it opened when the port is taken', async () => {
    events.length = 0;
    await using first = await bootstrap({ module: PartModule, config: configWith(), logger });
    events.length = 0;
    const second = bootstrap({
      module: PartModule,
      config: configWith({ PORT: String(first.port) }),
      logger,
      resources: [resource('resource')],
    });
    await expect(second).rejects.toThrow(ListenError);
    expect(events).toEqual(['resource']);
  });

  it('refuses two handlers for one address', async () => {
    @Controller('api/part')
    class Rival {
      @Get()
      read() {
        return 'mine';
      }
    }
    @Module({ imports: [PartModule], controllers: [Rival] })
    class RivalModule {}
    await expect(bootstrap({ module: RivalModule, config: configWith(), logger })).rejects.toThrow();
  });

  it('tells of its health while it waits for what it needs, and what that is', async () => {
    events.length = 0;
    const port = await freePort();
    const engine = Promise.withResolvers<void>();
    const noted = Promise.withResolvers<void>();
    const starting = bootstrap({
      module: PartModule,
      config: configWith({ PORT: String(port) }),
      logger,
      prepare: async (readiness) => {
        readiness.noteTrouble('engine', 'the engine is cold: warm it');
        noted.resolve();
        await engine.promise;
        readiness.noteTrouble('engine', undefined);
      },
    });
    await noted.promise;
    const get = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: answer.status, body: (await answer.json()) as unknown };
    };
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    expect(await get('/readyz')).toEqual({
      status: 503,
      body: { status: 'not ready', notReady: ['starting'], troubles: { engine: 'the engine is cold: warm it' } },
    });
    expect(await get('/api/part')).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(events).toEqual([]);
    engine.resolve();
    await using app = await starting;
    expect(await get('/readyz')).toEqual({ status: 200, body: { status: 'ready', notReady: [] } });
    expect(await get('/api/part')).toMatchObject({ status: 200 });
    app.get(Readiness).noteTrouble('engine', 'the engine is cold again');
    expect(await get('/readyz')).toMatchObject({ status: 200, body: { troubles: { engine: 'the engine is cold again' } } });
  });

  it('closes what it opened when what it needs does not come', async () => {
    events.length = 0;
    const port = await freePort();
    const starting = bootstrap({
      module: PartModule,
      config: configWith({ PORT: String(port) }),
      logger,
      resources: [resource('resource')],
      prepare: () => Promise.reject(new Error('never')),
    });
    await expect(starting).rejects.toThrow('never');
    expect(events).toEqual(['resource']);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });

  it('lets the caller shape the application before its routes are made', async () => {
    await using app = await bootstrap({
      module: PartModule,
      config: configWith(),
      logger,
      configure: (nest) => void nest.use('/page', (_request: unknown, response: { end(text: string): void }) => response.end('a page')),
    });
    expect(await (await fetch(`http://127.0.0.1:${app.port}/page`)).text()).toBe('a page');
  });
});

describe('health', () => {
  const statusOf = async (port: number) => {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    return { status: response.status, body: (await response.json()) as unknown };
  };

  it('names the parts that are not ready', async () => {
    await using app = await bootstrap({ module: PartModule, config: configWith(), logger });
    expect(await statusOf(app.port)).toEqual({ status: 200, body: { status: 'ready', notReady: [] } });
    app.get(Readiness).register('broken part', () => Promise.reject(new Error('no')));
    app.get(Part).isReady = false;
    expect(await statusOf(app.port)).toEqual({ status: 503, body: { status: 'not ready', notReady: ['part', 'broken part'] } });
    expect((await fetch(`http://127.0.0.1:${app.port}/healthz`)).status).toBe(200);
  });

  it('does not wait for a check that hangs', async () => {
    await using app = await bootstrap({ module: PartModule, config: configWith(), logger });
    app.get(Readiness).register('hanging part', () => new Promise(() => undefined));
    expect(await statusOf(app.port)).toMatchObject({ body: { notReady: ['hanging part'] } });
  });

  it('moves to the management port, where metrics are for everybody who gets there', async () => {
    const management = await freePort();
    const app = await bootstrap({ module: PartModule, config: configWith({ PARLEY_MANAGEMENT_PORT: String(management) }), logger });
    const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${management}${path}`, init);
    expect((await get('/readyz')).status).toBe(200);
    expect((await get('/metrics', { headers: { 'x-forwarded-for': '203.0.113.1' } })).status).toBe(200);
    expect((await get('/metrics')).headers.get('x-request-id')).not.toBeNull();
    expect((await get('/api/part')).status).toBe(404);
    expect((await get('/healthz', { method: 'DELETE' })).status).toBe(405);
    for (const path of ['/readyz', '/metrics', '/healthz']) expect((await fetch(`http://127.0.0.1:${app.port}${path}`)).status).toBe(404);
    await app.close();
    await expect(get('/healthz')).rejects.toThrow();
  });
});

describe('the own origin', () => {
  it('is this machine on the port it listens on, unless a public address is given', async () => {
    await using local = await bootstrap({ module: PartModule, config: configWith(), logger });
    const policy = local.get(OriginPolicy);
    expect(
      [`http://localhost:${local.port}`, `http://127.0.0.1:${local.port}`, 'http://localhost:1', 'https://localhost'].map((origin) =>
        policy.isAllowed(origin),
      ),
    ).toEqual([true, true, false, false]);

    await using published = await bootstrap({
      module: PartModule,
      config: configWith({ PARLEY_PUBLIC_URL: 'https://chat.example/' }),
      logger,
    });
    expect(published.url).toBe('https://chat.example');
    expect(published.get(OriginPolicy).isAllowed('https://chat.example')).toBe(true);
    expect(published.get(OriginPolicy).isAllowed(`http://localhost:${published.port}`)).toBe(false);
    const { headers } = await fetch(`http://127.0.0.1:${published.port}/api/part`);
    expect(headers.get('strict-transport-security')).toContain('max-age');
  });
});

describe('a client that leaves', () => {
  it('does not disturb the next', async () => {
    await using app = await bootstrap({ module: PartModule, config: configWith(), logger });
    for (let round = 0; round < 5; round++) {
      const socket = connect(app.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write('POST /api/part HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"half');
      socket.destroy();
    }
    expect((await fetch(`http://127.0.0.1:${app.port}/api/part`)).status).toBe(200);
  });
});
