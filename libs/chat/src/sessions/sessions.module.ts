import { Global, Module } from '@nestjs/common';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { ReaderGuard } from './reader.guard.js';
import { RevokedSessions } from './revoked-sessions.js';
import { SessionCookies } from './session-cookies.js';
import { SessionGuard } from './session.guard.js';

/** Checks access tokens in any service. Needs the ports `Sessions` and `EventLog` from the composition. */
@Global()
@Module({
  providers: [AccessTokenVerifier, RevokedSessions, AccessTokenStrategy, SessionGuard, SessionCookies, ReaderGuard],
  exports: [AccessTokenVerifier, RevokedSessions, SessionGuard, SessionCookies, ReaderGuard],
})
export class SessionsModule {}
