import { Global, Module } from '@nestjs/common';
import { AccessTokenVerifier } from './access-token-verifier.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { RevokedSessions } from './revoked-sessions.js';
import { SessionGuard } from './session.guard.js';

/** Checks access tokens in any service. Needs the ports `Sessions` and `EventLog` from the composition. */
@Global()
@Module({
  providers: [AccessTokenVerifier, RevokedSessions, AccessTokenStrategy, SessionGuard],
  exports: [AccessTokenVerifier, RevokedSessions, SessionGuard],
})
export class SessionsModule {}
