import { Controller, Get, Global, Module, UseGuards, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ParleyError } from '@parley/contracts';
import { EventLog } from '@parley/platform';
import { configOf, loadConfig, serverConfig } from '@parley/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CurrentCaller, type Caller } from './caller.js';
import { ReaderGuard } from './reader.guard.js';
import { RevokedSessions } from './revoked-sessions.js';
import { SessionGuard } from './session.guard.js';
import { FakeSessions, FakeTail } from './sessions.fakes.js';
import { SessionsModule } from './sessions.module.js';
import { Sessions } from './sessions.js';

@Controller()
@UseGuards(SessionGuard)
class WhoController {
  @Get('who')
  who(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }
}

@Controller()
@UseGuards(ReaderGuard)
class LookController {
  @Get('look')
  look(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }
}

const sessions = new FakeSessions();

@Global()
@Module({
  providers: [
    { provide: Sessions, useValue: sessions },
    { provide: EventLog, useFactory: () => new FakeTail().asEventLog() },
    { provide: serverConfig.token, useFactory: () => configOf(loadConfig([serverConfig], {}), serverConfig) },
  ],
  exports: [Sessions, EventLog, serverConfig.token],
})
class PortsModule {}

@Module({ imports: [PortsModule, SessionsModule], controllers: [WhoController, LookController] })
class WhoModule {}

describe('SessionGuard and ReaderGuard', () => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    await sessions.addKey('first');
    app = await NestFactory.create(WhoModule, { logger: false });
    app.useGlobalFilters({
      catch: (error, host) => {
        const status = error instanceof ParleyError ? error.status : 500;
        host.switchToHttp().getResponse<{ status(code: number): { end(): void } }>().status(status).end();
      },
    });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  it('names the caller', async () => {
    const token = await sessions.sign('first', { roles: ['administrator'] });
    const answer = await fetch(`${url}/who`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ roles: ['administrator'] });
  });

  it('takes tokens from the header only', async () => {
    const token = await sessions.sign('first');
    const elsewhere: [string, RequestInit][] = [
      [`/who?access_token=${token}&token=${token}`, {}],
      ['/who', { headers: { cookie: `parley_session=${token}; access_token=${token}` } }],
      ['/who', { headers: { 'x-access-token': token } }],
      ['/who', { headers: { authorization: `Basic ${token}` } }],
      ['/who', { headers: { authorization: token } }],
      ['/who', { headers: { authorization: 'Bearer' } }],
      ['/who', { headers: { authorization: `Bearer ${token} ${token}` } }],
      ['/who', {}],
    ];
    for (const [path, init] of elsewhere) expect((await fetch(url + path, init)).status).toBe(401);
  });

  it('takes the session cookie alone where nothing can change, and asks about it once', async () => {
    const caller: Caller = { userId: 'alice', sessionId: 'laptop', roles: [] };
    sessions.cookies.set('biscuit', caller);
    const look = async (cookie: string, path = '/look') => {
      const answer = await fetch(url + path, { headers: { cookie } });
      return { status: answer.status, body: answer.ok ? await answer.json() : undefined };
    };
    expect(await look('other=1; parley_session=biscuit')).toEqual({ status: 200, body: caller });
    expect(await look('parley_session=biscuit')).toEqual({ status: 200, body: caller });
    expect(sessions.cookieRequests).toBe(1);
    expect((await look('parley_session=crumb')).status).toBe(401);
    expect((await look('__Host-parley_session=biscuit')).status).toBe(401);
    expect((await look('')).status).toBe(401);
    expect((await look('parley_session=biscuit', '/who')).status).toBe(401);
    const token = await sessions.sign('first');
    expect((await fetch(`${url}/look`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    expect((await fetch(`${url}/look`, { headers: { authorization: 'Bearer nonsense', cookie: 'parley_session=biscuit' } })).status).toBe(
      401,
    );
    app.get(RevokedSessions).add({ userId: 'alice', sessionId: 'laptop', reason: 'logout' });
    expect((await look('parley_session=biscuit')).status).toBe(401);
  });

  it('answers 503 when the token cannot be checked', async () => {
    sessions.isAway = true;
    const other = await NestFactory.create(WhoModule, { logger: false });
    other.useGlobalFilters({
      catch: (error: ParleyError, host) =>
        host.switchToHttp().getResponse<{ status(code: number): { end(): void } }>().status(error.status).end(),
    });
    await other.listen(0, '127.0.0.1');
    const token = await sessions.sign('first');
    expect((await fetch(`${await other.getUrl()}/who`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(503);
    await other.close();
    sessions.isAway = false;
  });
});
