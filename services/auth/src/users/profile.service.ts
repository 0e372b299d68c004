import { Injectable, Logger } from '@nestjs/common';
import { MediaLibrary, type Profiles } from '@parley/chat';
import { ParleyError, UserChanged, type ListUsersQuery, type UpdateProfileRequest, type User, type UsersAnswer } from '@parley/contracts';
import { Outbox } from '@parley/platform';
import { AuthDatabase } from '../db/auth.database.js';
import { assertOwnDisplayName } from '../accounts/name.rules.js';
import { StatusSweeper } from './status-sweeper.js';
import { fromCursor, toCursor } from './user-cursor.js';
import { searchKeyOf } from './user-search.js';
import { toUser } from './user-view.js';
import { UserRepository } from './user.repository.js';

/** Who people are. */
@Injectable()
export class ProfileService implements Profiles {
  private readonly logger = new Logger(ProfileService.name);

  constructor(
    private readonly database: AuthDatabase,
    private readonly users: UserRepository,
    private readonly outbox: Outbox,
    private readonly media: MediaLibrary,
    private readonly statuses: StatusSweeper,
  ) {}

  async find(userIds: readonly string[]): Promise<User[]> {
    return (await this.users.find(userIds)).map((user) => toUser(user));
  }

  async get(userId: string): Promise<User> {
    const user = await this.users.findOne(userId);
    if (!user) throw new ParleyError('USER_NOT_FOUND');
    return toUser(user);
  }

  async list({ query = '', cursor, limit }: ListUsersQuery): Promise<UsersAnswer> {
    const after = cursor === undefined ? undefined : fromCursor(cursor);
    const found = await this.users.list(query, after, limit + 1);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return { users: page.map((user) => toUser(user)), nextCursor: last ? toCursor(last) : null };
  }

  async update(userId: string, { displayName, bio, status, avatarMediaId }: UpdateProfileRequest): Promise<User> {
    // Only set aside: the media service keeps it when it hears that the profile has it, and the one before goes.
    if (avatarMediaId) await this.media.reserveAvatar(userId, avatarMediaId);
    let former: string | null = null;
    const changed = await this.database.transaction(async (transaction) => {
      const user = await this.users.lock(transaction, userId);
      if (!user) throw new ParleyError('UNAUTHENTICATED');
      const before = JSON.stringify(toUser(user));
      if (displayName !== undefined && displayName !== user.displayName && !user.isAdministrator) assertOwnDisplayName(displayName);
      if (displayName !== undefined) user.displayName = displayName;
      if (bio !== undefined) user.bio = bio;
      if (status !== undefined) user.status = status;
      former = avatarMediaId === undefined || avatarMediaId === user.avatarMediaId ? null : user.avatarMediaId;
      if (avatarMediaId !== undefined) user.avatarMediaId = avatarMediaId;
      user.searchKey = searchKeyOf(user.username, user.displayName);
      const profile = toUser(user);
      if (JSON.stringify(profile) === before) return profile;
      await this.users.save(transaction, user);
      await this.outbox.add(transaction, UserChanged, { user: profile });
      return profile;
    });
    if (status?.expiresAt) this.statuses.sweepAt(Date.parse(status.expiresAt));
    if (former !== null) await this.dropPicture(userId, former);
    return changed;
  }

  /** Nobody waits for it, and the media service notices by itself when the next picture comes. */
  private async dropPicture(userId: string, mediaId: string): Promise<void> {
    await this.media.dropAvatar(userId, mediaId).catch((error: unknown) => {
      this.logger.warn({ message: 'a picture that is no longer shown could not be removed', error });
    });
  }
}
