import { Inject, Injectable } from '@nestjs/common';
import { RoomAccess, assertAllowed } from '@parley/chat';
import type { Typing } from '@parley/contracts';
import type { ConfigOf } from '@parley/runtime';
import { gatewayConfig } from '../gateway.config.js';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { TypingService } from './typing.service.js';

/** `typing` */
@Injectable()
export class TypingHandlers {
  constructor(
    @Inject(gatewayConfig.token) private readonly config: ConfigOf<typeof gatewayConfig>,
    private readonly access: RoomAccess,
    private readonly typing: TypingService,
  ) {}

  /** Only who may send can be typing. */
  async type(socket: ChatSocket, { roomId, on }: Typing): Promise<Record<string, never>> {
    if (on) {
      const facts = assertAllowed('send', await this.access.findFacts(roomId, socket.data.userId));
      if (facts.memberCount > this.config.TYPING_MEMBERS_MAX) return {}; // a crowd is always typing
    }
    if (socket.connected) this.typing.say(socket, roomId, on);
    return {};
  }
}
