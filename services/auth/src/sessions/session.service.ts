import { Injectable } from '@nestjs/common';
import type { Caller, RevokedSession, Sessions } from '@parley/chat';
import type { JSONWebKeySet } from 'jose';
import { SigningKeys } from '../keys/signing-keys.service.js';
import { GRACE_MS, generationsBehind, parseToken } from './session-token.js';
import { SessionRepository } from './session.repository.js';

/** What other services ask about sessions. Needs none of their parts, so that they can depend on it. */
@Injectable()
export class SessionService implements Sessions {
  constructor(
    private readonly keys: SigningKeys,
    private readonly sessions: SessionRepository,
  ) {}

  publicKeys(): Promise<JSONWebKeySet> {
    return this.keys.publicKeys();
  }

  listRevokedSince(since: number): Promise<RevokedSession[]> {
    return this.sessions.listEndedSince(new Date(since));
  }

  async findByCookie(token: string): Promise<Caller | undefined> {
    const parsed = parseToken(token);
    const session = parsed && (await this.sessions.findLive(parsed.sessionId));
    if (!session) return undefined;
    // Older ones are told by a refresh, which ends the session for it.
    const behind = generationsBehind(parsed.secret, { ...session, generation: Math.min(session.generation, 1) });
    if (behind === undefined || (behind === 1 && session.msSinceRotation > GRACE_MS)) return undefined;
    return { userId: session.userId, sessionId: session.id, roles: session.isAdministrator ? ['administrator'] : [] };
  }
}
