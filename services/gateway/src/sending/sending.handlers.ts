import { Inject, Injectable } from '@nestjs/common';
import { MessagePoster } from '@parley/chat';
import { ParleyError, type SendMessage, type SentMessage } from '@parley/contracts';
import { failpoint, type ConfigOf } from '@parley/runtime';
import { gatewayConfig } from '../gateway.config.js';
import type { ChatSocket } from '../sockets/chat-socket.js';

/** When a client whose send found no place comes back (ms). */
const BUSY_RETRY_MS = 1000;

/** Classic clients have no key of their own for a message. */
type Outgoing = Omit<SendMessage, 'clientMsgId'> & Partial<Pick<SendMessage, 'clientMsgId'>>;

/** `message:send` */
@Injectable()
export class SendingHandlers {
  private inFlight = 0;

  constructor(
    @Inject(gatewayConfig.token) private readonly config: ConfigOf<typeof gatewayConfig>,
    private readonly poster: MessagePoster,
  ) {}

  /** Resolves once the message is durable: only then may the client be told so. */
  async send(socket: ChatSocket, command: Outgoing): Promise<SentMessage> {
    if (this.inFlight >= this.config.SENDS_IN_FLIGHT_MAX) throw new ParleyError('BUSY', { retryAfterMs: BUSY_RETRY_MS });
    this.inFlight += 1;
    try {
      const { messageId, acceptedAt } = await this.poster.post({ senderId: socket.data.userId, ...command });
      failpoint('after-append-before-ack');
      return { messageId, acceptedAt };
    } finally {
      this.inFlight -= 1;
    }
  }
}
