import { WebSocket } from 'ws';

/**
 * Socket.IO over a bare WebSocket, as cheap as a generator can be: frames are read as text, and nothing is parsed that
 * nobody asks for. Packets of engine.io 4 (`0` open, `2` ping, `3` pong, `4` message) and socket.io 5 (`40` connect,
 * `42[…]` event, `43<id>[…]` acknowledgement).
 */
export class SocketIoLine {
  readonly #acks = new Map<string, (answer: string) => void>();
  #nextAck = 0;

  private constructor(
    socket: WebSocket,
    /** Every event as it came: `["messages",{…}]`. */
    onEvent: (text: string) => void,
  ) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const text = data.toString('latin1'); // identifiers and texts of the benchmarks are ASCII
      if (text.startsWith('42')) onEvent(text.slice(2));
      else if (text.startsWith('43')) this.#onAck(text);
      else if (text === '2') socket.send('3');
    });
  }

  readonly #socket: WebSocket;

  /** Connects and resolves when the server has said `ready`. */
  static async open(url: string, token: string, onEvent: (text: string) => void): Promise<SocketIoLine> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`, { perMessageDeflate: false });
    await new Promise<void>((resolve, reject) => {
      const onMessage = (data: Buffer) => {
        const text = data.toString();
        if (text.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
        else if (text.startsWith('44')) reject(new Error(`refused: ${text}`));
        else if (text.startsWith('42["ready"')) {
          socket.off('message', onMessage);
          resolve();
        }
      };
      socket.on('message', onMessage);
      socket.once('error', reject);
      socket.once('close', (code) => reject(new Error(`closed with ${code} before ready`)));
    });
    socket.on('error', () => undefined); // whoever waits for an answer notices
    return new SocketIoLine(socket, onEvent);
  }

  /** The acknowledgement as it came: `[{"ok":true,…}]`. */
  emit(event: string, payload: string): Promise<string> {
    const id = String(this.#nextAck++);
    return new Promise((resolve) => {
      this.#acks.set(id, resolve);
      this.#socket.send(`42${id}["${event}",${payload}]`);
    });
  }

  close(): void {
    this.#socket.close();
  }

  #onAck(text: string): void {
    const begin = text.indexOf('[');
    const id = text.slice(2, begin);
    this.#acks.get(id)?.(text.slice(begin));
    this.#acks.delete(id);
  }
}
