import { Injectable } from '@nestjs/common';
import type { ClassicAnswer, ClassicEventName, ClassicPayload } from '@parley/contracts';
import type { ChatSocket } from '../sockets/chat-socket.js';
import { ClassicHandlers } from './classic.handlers.js';

type ClassicEventHandlers = {
  readonly [E in ClassicEventName]: (socket: ChatSocket, payload: ClassicPayload<E>) => Promise<ClassicAnswer<E>>;
};

/** Who serves which classic event. */
@Injectable()
export class ClassicEventTable {
  readonly handlers: ClassicEventHandlers;

  constructor(classic: ClassicHandlers) {
    this.handlers = {
      join: inTurn((socket, payload) => classic.join(socket, payload)),
      leave: inTurn((socket, payload) => classic.leave(socket, payload)),
      message: inTurn((socket, payload) => classic.send(socket, payload)),
      send_message: inTurn((socket, payload) => classic.send(socket, payload)),
      load_history: inTurn((socket, payload) => classic.loadHistory(socket, payload)),
    };
  }
}

/** Old clients wait for no answer: who says `join` and then `message` means the one after the other. */
function inTurn<P, A>(handle: (socket: ChatSocket, payload: P) => Promise<A>) {
  return (socket: ChatSocket, payload: P): Promise<A> => {
    const answer = socket.data.turn.then(() => handle(socket, payload));
    socket.data.turn = answer.catch(() => undefined);
    return answer;
  };
}
