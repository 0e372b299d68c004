import { Controller, Delete, Get, HttpCode, Param, Post, Res, UseGuards } from '@nestjs/common';
import { AccessTokenVerifier, CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { ParleyError, SessionParams, type SessionAnswer, type SessionsAnswer } from '@parley/contracts';
import type { Response } from 'express';
import type { z } from 'zod';
import { AccountMetrics } from '../accounts/account-metrics.js';
import { AccountService } from '../accounts/account.service.js';
import { SessionLifecycle } from '../sessions/session-lifecycle.service.js';
import { SessionRepository } from '../sessions/session.repository.js';
import { CurrentRequester, type Requester } from './requester.js';
import { SessionCookie } from './session-cookie.js';

@Controller('api')
export class SessionController {
  constructor(
    private readonly accounts: AccountService,
    private readonly lifecycle: SessionLifecycle,
    private readonly sessions: SessionRepository,
    private readonly verifier: AccessTokenVerifier,
    private readonly cookie: SessionCookie,
    private readonly metrics: AccountMetrics,
  ) {}

  @Post('refresh')
  @HttpCode(200)
  async refresh(@CurrentRequester() requester: Requester, @Res({ passthrough: true }) response: Response): Promise<SessionAnswer> {
    const { answer, session } = await this.metrics.count('refresh', () => this.accounts.refresh(this.cookie.tokenOf(requester)));
    this.cookie.set(response, session);
    return answer;
  }

  /** By the cookie; scripts that keep none may show their access token instead. */
  @Post('logout')
  @HttpCode(204)
  async logout(@CurrentRequester() requester: Requester, @Res({ passthrough: true }) response: Response): Promise<void> {
    const wasEnded = await this.lifecycle.endByToken(this.cookie.tokenOf(requester), 'logout');
    if (!wasEnded) {
      const { userId, sessionId } = await this.verifier.verify(requester.accessToken);
      await this.lifecycle.end(userId, sessionId, 'logout');
    }
    this.cookie.clear(response);
  }

  @Get('sessions')
  @UseGuards(SessionGuard)
  async list(@CurrentCaller() { userId, sessionId }: Caller): Promise<SessionsAnswer> {
    await this.sessions.touch(sessionId);
    const sessions = await this.sessions.list(userId);
    return {
      sessions: sessions.map(({ id, deviceName, createdAt, lastSeenAt }) => ({
        id,
        deviceName,
        createdAt: createdAt.toISOString(),
        lastSeenAt: lastSeenAt.toISOString(),
        current: id === sessionId,
      })),
    };
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @UseGuards(SessionGuard)
  async end(
    @CurrentCaller() { userId, sessionId }: Caller,
    @Param({ schema: SessionParams }) { id }: z.output<typeof SessionParams>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    if (!(await this.lifecycle.end(userId, id, 'revoked'))) throw new ParleyError('SESSION_NOT_FOUND');
    if (id === sessionId) this.cookie.clear(response);
  }

  @Delete('sessions')
  @HttpCode(204)
  @UseGuards(SessionGuard)
  async endOthers(@CurrentCaller() { userId, sessionId }: Caller): Promise<void> {
    await this.lifecycle.endOthers(userId, sessionId, 'revoked');
  }
}
