import { Injectable } from '@nestjs/common';
import { AuthDatabase } from '../db/auth.database.js';
import { AccessTokenSigner, type AccessToken } from '../keys/access-token-signer.js';
import { SessionLifecycle, type OpenSession } from './session-lifecycle.service.js';

const BATCH = 100;

/** Sessions without a log-in, for whoever has the database anyway: load tests need thousands at once. */
@Injectable()
export class SessionMint {
  constructor(
    private readonly database: AuthDatabase,
    private readonly sessions: SessionLifecycle,
    private readonly signer: AccessTokenSigner,
  ) {}

  /** One session and its first access token for each, in their order. */
  async mint(userIds: readonly string[], deviceName: string): Promise<AccessToken[]> {
    const tokens: AccessToken[] = [];
    for (let next = 0; next < userIds.length; next += BATCH) {
      const sessions = await this.database.transaction(async (transaction) => {
        const begun: OpenSession[] = [];
        for (const userId of userIds.slice(next, next + BATCH)) begun.push(await this.sessions.begin(transaction, userId, deviceName));
        return begun;
      });
      for (const session of sessions) tokens.push(await this.signer.sign(session, []));
    }
    return tokens;
  }
}
