import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { CurrentCaller, SessionGuard, takeNameSearch, type Caller } from '@parley/chat';
import { ListUsersQuery, UserParams, type User, type UsersAnswer } from '@parley/contracts';
import { RateLimiter } from '@parley/platform';
import type { z } from 'zod';
import { ProfileService } from '../users/profile.service.js';

@Controller('api/users')
@UseGuards(SessionGuard)
export class UsersController {
  constructor(
    private readonly profiles: ProfileService,
    private readonly limiter: RateLimiter,
  ) {}

  @Get()
  async list(@CurrentCaller() { userId }: Caller, @Query({ schema: ListUsersQuery }) query: ListUsersQuery): Promise<UsersAnswer> {
    await takeNameSearch(this.limiter, userId, query.query);
    return this.profiles.list(query);
  }

  @Get(':id')
  async get(@Param({ schema: UserParams }) { id }: z.output<typeof UserParams>): Promise<User> {
    return this.profiles.get(id);
  }
}
