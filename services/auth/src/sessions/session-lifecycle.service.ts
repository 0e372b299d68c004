import { Injectable, Logger } from '@nestjs/common';
import { RevokedSessions, type RevocationReason } from '@parley/chat';
import { ParleyError, SessionRevoked } from '@parley/contracts';
import type { Transaction } from '@parley/db';
import { Outbox } from '@parley/platform';
import { v7 as uuidV7 } from 'uuid';
import { AuthDatabase } from '../db/auth.database.js';
import { GRACE_MS, formatToken, generationsBehind, hashOf, newSecret, parseToken, successorOf } from './session-token.js';
import { SessionRepository, type LiveSession } from './session.repository.js';

/** A session with the cookie that continues it. */
export interface OpenSession {
  readonly id: string;
  readonly userId: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** A cookie that holds. */
interface Presented {
  readonly session: LiveSession;
  readonly successor: Buffer;
  /** Not the predecessor, whose successor exists already. */
  readonly isCurrent: boolean;
}

/** Begins, continues and ends sessions. Every end is a fact in the log and holds in this process at once. */
@Injectable()
export class SessionLifecycle {
  private readonly logger = new Logger(SessionLifecycle.name);

  constructor(
    private readonly database: AuthDatabase,
    private readonly sessions: SessionRepository,
    private readonly outbox: Outbox,
    private readonly revoked: RevokedSessions,
  ) {}

  async begin(transaction: Transaction, userId: string, deviceName: string): Promise<OpenSession> {
    const id = uuidV7();
    const secret = newSecret();
    const session = { id, userId, deviceName, tokenHash: hashOf(secret), rotationKey: newSecret() };
    const expiresAt = await this.sessions.insert(transaction, session);
    return { id, userId, token: formatToken({ sessionId: id, secret }), expiresAt };
  }

  /**
   * Changes a cookie for its successor. The direct predecessor gets the same successor for 10 s; anything older was
   * stolen, from us or from the thief, so the session ends. Throws UNAUTHENTICATED.
   */
  async continue(token: string | undefined): Promise<OpenSession> {
    const open = await this.withPresented(token, async ({ session, successor, isCurrent }, transaction) => {
      const { id, userId, expiresAt } = session;
      if (isCurrent) await this.sessions.rotate(transaction, id, hashOf(successor));
      return { id, userId, expiresAt, token: formatToken({ sessionId: id, secret: successor }) };
    });
    if (!open) throw new ParleyError('UNAUTHENTICATED');
    return open;
  }

  /** Ends the session of a cookie. false: it was not one that is valid. */
  async endByToken(token: string | undefined, reason: RevocationReason): Promise<boolean> {
    const ended = await this.withPresented(token, async ({ session }, transaction) => {
      await this.endIn(transaction, session.userId, { only: session.id }, reason);
      return session;
    });
    if (ended) this.tell(ended.userId, [ended.id], reason);
    return ended !== undefined;
  }

  /** false: the person has no such session, or no longer. */
  async end(userId: string, sessionId: string, reason: RevocationReason): Promise<boolean> {
    const ended = await this.database.transaction((transaction) => this.endIn(transaction, userId, { only: sessionId }, reason));
    this.tell(userId, ended, reason);
    return ended.length > 0;
  }

  async endOthers(userId: string, sessionId: string, reason: RevocationReason): Promise<void> {
    const ended = await this.database.transaction((transaction) => this.endIn(transaction, userId, { allBut: sessionId }, reason));
    this.tell(userId, ended, reason);
  }

  /** For changes that end sessions with them; call `tell` after the commit. */
  async endIn(
    transaction: Transaction,
    userId: string,
    which: { only: string } | { allBut: string },
    reason: RevocationReason,
  ): Promise<string[]> {
    const ended = await this.sessions.end(transaction, userId, which, reason);
    const at = new Date().toISOString();
    for (const sessionId of ended) await this.outbox.add(transaction, SessionRevoked, { userId, sessionId, reason, at });
    return ended;
  }

  tell(userId: string, sessionIds: readonly string[], reason: RevocationReason): void {
    for (const sessionId of sessionIds) this.revoked.add({ userId, sessionId, reason });
  }

  /** Does `work` under the lock of the session whose cookie this is. One that was used before ends its session instead. */
  private async withPresented<T>(
    token: string | undefined,
    work: (presented: Presented, transaction: Transaction) => Promise<T>,
  ): Promise<T | undefined> {
    const parsed = parseToken(token);
    if (!parsed) return undefined;
    const { sessionId, secret } = parsed;
    let reused: LiveSession | undefined;
    const result = await this.database.transaction(async (transaction) => {
      const session = await this.sessions.lockLive(transaction, sessionId);
      const behind = session && generationsBehind(secret, session);
      if (!session || behind === undefined) return undefined;
      if (behind === 0 || (behind === 1 && session.msSinceRotation <= GRACE_MS)) {
        return work({ session, successor: successorOf(secret, session.rotationKey), isCurrent: behind === 0 }, transaction);
      }
      reused = session;
      await this.endIn(transaction, session.userId, { only: session.id }, 'token-reuse');
      return undefined;
    });
    if (reused) {
      this.logger.warn(`session ${reused.id} of user ${reused.userId} ended: an old cookie was used again`);
      this.tell(reused.userId, [reused.id], 'token-reuse');
    }
    return result;
  }
}
