import { Injectable } from '@nestjs/common';
import type { ClientAnswer, ClientEventName, ClientPayload } from '@parley/contracts';
import { ChangingHandlers } from '../changing/changing.handlers.js';
import { PresenceHandlers } from '../presence/presence.handlers.js';
import { ReadingHandlers } from '../reading/reading.handlers.js';
import { OpeningHandlers } from '../rooms/opening.handlers.js';
import { SendingHandlers } from '../sending/sending.handlers.js';
import { SessionHandlers } from '../sessions/session.handlers.js';
import { TypingHandlers } from '../typing/typing.handlers.js';
import type { ChatSocket } from './chat-socket.js';

export type EventHandlers = {
  readonly [E in ClientEventName]: (socket: ChatSocket, payload: ClientPayload<E>) => Promise<ClientAnswer<E>> | ClientAnswer<E>;
};

/** Who serves which event. An event of the contract without a line here does not compile. */
@Injectable()
export class EventTable {
  readonly handlers: EventHandlers;

  constructor(
    sending: SendingHandlers,
    changing: ChangingHandlers,
    opening: OpeningHandlers,
    reading: ReadingHandlers,
    typing: TypingHandlers,
    presence: PresenceHandlers,
    session: SessionHandlers,
  ) {
    this.handlers = {
      'message:send': (socket, command) => sending.send(socket, command),
      'message:edit': (socket, command) => changing.edit(socket, command),
      'message:delete': (socket, command) => changing.delete(socket, command),
      'message:react': (socket, command) => changing.react(socket, command),
      'room:open': (socket, command) => opening.open(socket, command),
      'rooms:sync': (socket, command) => opening.sync(socket, command),
      'room:close': (socket, command) => opening.close(socket, command),
      'room:read': (socket, command) => reading.read(socket, command),
      typing: (socket, command) => typing.type(socket, command),
      'presence:watch': (socket, command) => presence.watch(socket, command),
      'presence:set': (socket, command) => presence.set(socket, command),
      'auth:renew': (socket, command) => session.renew(socket, command),
    };
  }
}
