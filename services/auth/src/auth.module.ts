import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { provideDatabase } from '@parley/db';
import { Outbox, OutboxRelays } from '@parley/platform';
import { AccountImport } from './accounts/account-import.service.js';
import { AccountMetrics } from './accounts/account-metrics.js';
import { AccountService } from './accounts/account.service.js';
import { LoginLimits } from './accounts/login-limits.js';
import { AvatarService } from './avatars/avatar.service.js';
import { CredentialRepository } from './credentials/credential.repository.js';
import { PasswordHasher } from './credentials/password-hasher.js';
import { AuthDatabase, authSchema } from './db/auth.database.js';
import { AccountController } from './http/account.controller.js';
import { AvatarController } from './http/avatar.controller.js';
import { CookieAccountService } from './http/cookie-account.service.js';
import { JwksController } from './http/jwks.controller.js';
import { MeController } from './http/me.controller.js';
import { SessionCookie } from './http/session-cookie.js';
import { SessionController } from './http/session.controller.js';
import { UsersController } from './http/users.controller.js';
import { AccessTokenSigner } from './keys/access-token-signer.js';
import { KeyRotation } from './keys/key-rotation.js';
import { SigningKeys } from './keys/signing-keys.service.js';
import { SessionLifecycle } from './sessions/session-lifecycle.service.js';
import { SessionMint } from './sessions/session-mint.js';
import { SessionSweeper } from './sessions/session-sweeper.js';
import { SessionRepository } from './sessions/session.repository.js';
import { SessionService } from './sessions/session.service.js';
import { ProfileService } from './users/profile.service.js';
import { StatusSweeper } from './users/status-sweeper.js';
import { UserRepository } from './users/user.repository.js';

@Module({
  controllers: [AccountController, SessionController, MeController, UsersController, AvatarController, JwksController],
  providers: [
    provideDatabase(AuthDatabase, authSchema),
    { provide: Outbox, useValue: new Outbox(authSchema.schema) },
    UserRepository,
    ProfileService,
    StatusSweeper,
    CredentialRepository,
    PasswordHasher,
    AccountService,
    AccountImport,
    AccountMetrics,
    CookieAccountService,
    LoginLimits,
    SigningKeys,
    KeyRotation,
    AccessTokenSigner,
    SessionRepository,
    SessionLifecycle,
    SessionMint,
    SessionSweeper,
    SessionService,
    SessionCookie,
    AvatarService,
  ],
  exports: [AccountImport, CookieAccountService, ProfileService, SessionMint, SessionService, SigningKeys],
})
export class AuthModule implements OnApplicationBootstrap {
  constructor(
    private readonly database: AuthDatabase,
    private readonly relays: OutboxRelays,
  ) {}

  onApplicationBootstrap(): void {
    this.relays.serve(this.database);
  }
}
