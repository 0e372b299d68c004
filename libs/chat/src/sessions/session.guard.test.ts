import { Controller, Get, Global, Module, UseGuards, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ParleyError } from '@parley/contracts';
import { EventLog } from '@parley/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CurrentCaller, type Caller } from './caller.js';
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

const sessions = new FakeSessions();

@Global()
@Module({
  providers: [
    { provide: Sessions, useValue: sessions },
    { provide: EventLog, useFactory: () => new FakeTail().asEventLog() },
  ],
  exports: [Sessions, EventLog],
})
class PortsModule {}

@Module({ imports: [PortsModule, SessionsModule], controllers: [WhoController] })
class WhoModule {}

describe('SessionGuard', () => {
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
