import { Injectable } from '@nestjs/common';
import { RoomAccess, refusalOf } from '@parley/chat';
import { ParleyError, type Typing } from '@parley/contracts';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { TypingService } from './typing.service.js';

/** `typing` */
@Injectable()
export class TypingHandlers {
  constructor(
    private readonly access: RoomAccess,
    private readonly typing: TypingService,
  ) {}

  /** Only who may send can be typing. */
  async type(socket: ChatSocket, { roomId, on }: Typing): Promise<Record<string, never>> {
    if (on) {
      const refusal = refusalOf('send', await this.access.findFacts(roomId, socket.data.userId));
      if (refusal) throw new ParleyError(refusal);
    }
    if (socket.connected) this.typing.say(socket, roomId, on);
    return {};
  }
}
