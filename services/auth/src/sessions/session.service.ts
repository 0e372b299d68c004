import { Injectable } from '@nestjs/common';
import type { RevokedSession, Sessions } from '@parley/chat';
import type { JSONWebKeySet } from 'jose';
import { SigningKeys } from '../keys/signing-keys.service.js';
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
}
