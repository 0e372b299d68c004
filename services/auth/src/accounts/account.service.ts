import { Injectable } from '@nestjs/common';
import type { Caller } from '@parley/chat';
import {
  ParleyError,
  Username,
  UserRegistered,
  type ChangePasswordRequest,
  type LoginRequest,
  type RegisterAnswer,
  type RegisterRequest,
  type SessionAnswer,
} from '@parley/contracts';
import { Outbox } from '@parley/platform';
import { v7 as uuidV7 } from 'uuid';
import { CredentialRepository } from '../credentials/credential.repository.js';
import { generatePassword } from '../credentials/generated-password.js';
import { PasswordHasher } from '../credentials/password-hasher.js';
import { assertAcceptablePassword } from '../credentials/password.rules.js';
import { AuthDatabase } from '../db/auth.database.js';
import { AccessTokenSigner } from '../keys/access-token-signer.js';
import { SessionLifecycle, type OpenSession } from '../sessions/session-lifecycle.service.js';
import { newUser } from '../users/new-user.js';
import { toUser } from '../users/user-view.js';
import type { UserEntity } from '../users/user.entity.js';
import { UserRepository } from '../users/user.repository.js';
import { LoginLimits } from './login-limits.js';
import { assertOwnDisplayName, looksReserved } from './name.rules.js';

/** Where an attempt comes from. */
export interface Client {
  readonly address: string;
  readonly deviceName: string;
  /** The session cookie that the browser still has, if any. */
  readonly token: string | undefined;
}

/** What the edge answers with: a body, and a session for the cookie. */
export interface LoggedIn<A extends SessionAnswer = SessionAnswer> {
  readonly answer: A;
  readonly session: OpenSession;
}

/** How people get in. */
@Injectable()
export class AccountService {
  constructor(
    private readonly database: AuthDatabase,
    private readonly users: UserRepository,
    private readonly credentials: CredentialRepository,
    private readonly hasher: PasswordHasher,
    private readonly sessions: SessionLifecycle,
    private readonly signer: AccessTokenSigner,
    private readonly limits: LoginLimits,
    private readonly outbox: Outbox,
  ) {}

  async register({ username, password, displayName = username }: RegisterRequest, client: Client): Promise<LoggedIn<RegisterAnswer>> {
    await this.limits.takeRegistration(client.address);
    if (looksReserved(username) || (await this.users.isTaken(username))) throw new ParleyError('USERNAME_TAKEN');
    if (password !== undefined) assertAcceptablePassword(password, username);
    const chosen = password ?? generatePassword();
    const passwordHash = await this.hasher.hash(chosen);

    const { user, session } = await this.database.transaction(async (transaction) => {
      const isAdministrator = await this.users.claimFounding(transaction);
      const entity = newUser({ id: uuidV7(), username, displayName, isAdministrator, createdAt: new Date() });
      if (!entity.isAdministrator) assertOwnDisplayName(displayName);
      const isFree = (await this.users.claimName(transaction, username)) && (await this.users.insert(transaction, entity));
      if (!isFree) throw new ParleyError('USERNAME_TAKEN');
      await this.credentials.insert(transaction, { userId: entity.id, passwordHash });
      await this.outbox.add(transaction, UserRegistered, { user: toUser(entity) });
      return { user: entity, session: await this.sessions.begin(transaction, entity.id, client.deviceName) };
    });
    await this.leaveFormerSession(client);
    const { answer } = await this.answerFor(user, session);
    return { session, answer: password === undefined ? { ...answer, generatedPassword: chosen } : answer };
  }

  /** Tells nobody whether the name or the password is wrong, neither by words nor by time. */
  async login({ username, password }: LoginRequest, client: Client): Promise<LoggedIn> {
    const usernameKey = username.toLowerCase();
    await this.limits.takeLogin(usernameKey, client.address);
    // What cannot be a name is looked up as the one that nobody can have.
    const credential = await this.credentials.findByUsername(Username.safeParse(username).success ? usernameKey : '');
    const isRight = await this.hasher.verify(credential?.passwordHash, password);
    if (!isRight || !credential?.isOwn) throw new ParleyError('INVALID_CREDENTIALS');

    const { userId, passwordHash } = credential;
    const renewed = this.hasher.isOutdated(passwordHash) ? await this.hasher.hash(password) : undefined;
    const session = await this.database.transaction(async (transaction) => {
      if (renewed !== undefined) await this.credentials.replace(transaction, credential, renewed);
      return this.sessions.begin(transaction, userId, client.deviceName);
    });
    await this.leaveFormerSession(client);
    return this.answerFor(await this.getUser(userId), session);
  }

  async refresh(token: string | undefined): Promise<LoggedIn> {
    const session = await this.sessions.continue(token);
    return this.answerFor(await this.getUser(session.userId), session);
  }

  /** All other sessions of the person end with the old password. */
  async changePassword({ userId, sessionId }: Caller, { currentPassword, newPassword }: ChangePasswordRequest): Promise<void> {
    await this.limits.takePasswordChange(userId);
    const [user, credential] = [await this.getUser(userId), await this.credentials.findByUser(userId)];
    const wrong = new ParleyError('INVALID_CREDENTIALS', { detail: 'The current password is wrong.', status: 403 });
    if (!credential || !(await this.hasher.verify(credential.passwordHash, currentPassword))) throw wrong;
    assertAcceptablePassword(newPassword, user.username, 'newPassword');
    const passwordHash = await this.hasher.hash(newPassword);
    const ended = await this.database.transaction(async (transaction) => {
      if (!(await this.credentials.replace(transaction, credential, passwordHash))) throw wrong;
      return this.sessions.endIn(transaction, userId, { allBut: sessionId }, 'password-changed');
    });
    this.sessions.tell(userId, ended, 'password-changed');
  }

  /** The new cookie overwrites the old one, so nobody could end that session any more. */
  private async leaveFormerSession({ token }: Client): Promise<void> {
    await this.sessions.endByToken(token, 'logout');
  }

  private async getUser(userId: string): Promise<UserEntity> {
    const user = await this.users.findOne(userId);
    if (!user) throw new ParleyError('UNAUTHENTICATED');
    return user;
  }

  private async answerFor(entity: UserEntity, session: OpenSession): Promise<LoggedIn> {
    const user = toUser(entity);
    return { session, answer: { user, ...(await this.signer.sign(session, user.roles)) } };
  }
}
