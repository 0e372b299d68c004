import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { LoginRequest, RegisterRequest, type RegisterAnswer, type SessionAnswer } from '@parley/contracts';
import type { Response } from 'express';
import { AccountMetrics } from '../accounts/account-metrics.js';
import { AccountService, type Client } from '../accounts/account.service.js';
import { deviceNameOf } from '../sessions/device-name.js';
import { CurrentRequester, type Requester } from './requester.js';
import { SessionCookie } from './session-cookie.js';

@Controller('api')
export class AccountController {
  constructor(
    private readonly accounts: AccountService,
    private readonly cookie: SessionCookie,
    private readonly metrics: AccountMetrics,
  ) {}

  @Post('register')
  async register(
    @Body({ schema: RegisterRequest }) body: RegisterRequest,
    @CurrentRequester() requester: Requester,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RegisterAnswer> {
    const { answer, session } = await this.metrics.count('register', () => this.accounts.register(body, this.clientOf(requester)));
    this.cookie.set(response, session);
    return answer;
  }

  @Post('login')
  @HttpCode(200)
  async login(
    @Body({ schema: LoginRequest }) body: LoginRequest,
    @CurrentRequester() requester: Requester,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionAnswer> {
    const { answer, session } = await this.metrics.count('login', () => this.accounts.login(body, this.clientOf(requester)));
    this.cookie.set(response, session);
    return answer;
  }

  private clientOf(requester: Requester): Client {
    return { address: requester.address, deviceName: deviceNameOf(requester.userAgent), token: this.cookie.tokenOf(requester) };
  }
}
