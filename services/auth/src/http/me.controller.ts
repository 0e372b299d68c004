import { Body, Controller, Get, HttpCode, Patch, Post, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, type Caller } from '@parley/chat';
import { ChangePasswordRequest, UpdateProfileRequest, type User } from '@parley/contracts';
import { AccountMetrics } from '../accounts/account-metrics.js';
import { AccountService } from '../accounts/account.service.js';
import { SessionRepository } from '../sessions/session.repository.js';
import { ProfileService } from '../users/profile.service.js';

@Controller('api/me')
@UseGuards(SessionGuard)
export class MeController {
  constructor(
    private readonly profiles: ProfileService,
    private readonly accounts: AccountService,
    private readonly sessions: SessionRepository,
    private readonly metrics: AccountMetrics,
  ) {}

  @Get()
  async me(@CurrentCaller() { userId, sessionId }: Caller): Promise<User> {
    await this.sessions.touch(sessionId);
    return this.profiles.get(userId);
  }

  @Patch()
  async update(@CurrentCaller() { userId }: Caller, @Body({ schema: UpdateProfileRequest }) body: UpdateProfileRequest): Promise<User> {
    return this.profiles.update(userId, body);
  }

  @Post('password')
  @HttpCode(204)
  async changePassword(
    @CurrentCaller() caller: Caller,
    @Body({ schema: ChangePasswordRequest }) body: ChangePasswordRequest,
  ): Promise<void> {
    await this.metrics.count('password-change', () => this.accounts.changePassword(caller, body));
  }
}
