import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { SessionGuard } from '@parley/chat';
import { ListUsersQuery, UserParams, type User, type UsersAnswer } from '@parley/contracts';
import type { z } from 'zod';
import { ProfileService } from '../users/profile.service.js';

@Controller('api/users')
@UseGuards(SessionGuard)
export class UsersController {
  constructor(private readonly profiles: ProfileService) {}

  @Get()
  async list(@Query({ schema: ListUsersQuery }) query: ListUsersQuery): Promise<UsersAnswer> {
    return this.profiles.list(query);
  }

  @Get(':id')
  async get(@Param({ schema: UserParams }) { id }: z.output<typeof UserParams>): Promise<User> {
    return this.profiles.get(id);
  }
}
