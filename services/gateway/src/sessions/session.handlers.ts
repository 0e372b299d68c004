import { Injectable } from '@nestjs/common';
import { AccessTokenVerifier } from '@parley/chat';
import { ParleyError } from '@parley/contracts';
import type { ChatSocket } from '../sockets/chat-socket.js';

/** `auth:renew` */
@Injectable()
export class SessionHandlers {
  constructor(private readonly verifier: AccessTokenVerifier) {}

  /** The new token must be of the same session: a socket never changes hands. */
  async renew(socket: ChatSocket, { token }: { token: string }): Promise<{ expiresAt: string }> {
    const renewed = await this.verifier.verify(token);
    const { data } = socket;
    if (renewed.userId !== data.userId || renewed.sessionId !== data.sessionId) {
      throw new ParleyError('UNAUTHENTICATED', { detail: 'The token belongs to another session.' });
    }
    data.expiresAt = Math.max(data.expiresAt, renewed.expiresAt);
    return { expiresAt: new Date(data.expiresAt).toISOString() };
  }
}
