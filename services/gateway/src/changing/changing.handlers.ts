import { Injectable } from '@nestjs/common';
import { MessageChanger } from '@parley/chat';
import type { ChangedMessage, DeleteMessage, EditMessage, ReactToMessage } from '@parley/contracts';
import type { ChatSocket } from '../sockets/chat-socket.js';

/** `message:edit`, `message:delete`, `message:react` */
@Injectable()
export class ChangingHandlers {
  constructor(private readonly changer: MessageChanger) {}

  edit(socket: ChatSocket, command: EditMessage): Promise<ChangedMessage> {
    return this.changer.edit(socket.data.userId, command);
  }

  delete(socket: ChatSocket, command: DeleteMessage): Promise<ChangedMessage> {
    return this.changer.delete(socket.data.userId, command);
  }

  react(socket: ChatSocket, command: ReactToMessage): Promise<ChangedMessage> {
    return this.changer.react(socket.data.userId, command);
  }
}
