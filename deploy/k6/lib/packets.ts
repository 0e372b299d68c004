/**
 * The part of Engine.IO 4 and Socket.IO 5 that a chat client over one WebSocket needs: text frames of the default namespace.
 * https://socket.io/docs/v4/engine-io-protocol/, https://socket.io/docs/v4/socket-io-protocol/
 */
export type Packet =
  | { readonly kind: 'open' | 'ping' | 'connected' | 'ended' | 'other' }
  | { readonly kind: 'refused'; readonly error: unknown }
  | { readonly kind: 'event'; readonly name: string; readonly payload: unknown }
  | { readonly kind: 'ack'; readonly id: number; readonly answer: unknown };

export const PONG = '3';
export const DISCONNECT = '41';

export const connectFrame = (auth: object): string => `40${JSON.stringify(auth)}`;

export const eventFrame = (name: string, payload: unknown, ackId: number): string => `42${ackId}${JSON.stringify([name, payload])}`;

export function parseFrame(frame: string): Packet {
  switch (frame[0]) {
    case '0':
      return { kind: 'open' };
    case '1':
      return { kind: 'ended' };
    case '2':
      return { kind: 'ping' };
    case '4':
      return parsePacket(frame);
    default:
      return { kind: 'other' };
  }
}

function parsePacket(frame: string): Packet {
  switch (frame[1]) {
    case '0':
      return { kind: 'connected' };
    case '1':
      return { kind: 'ended' };
    case '2': {
      const [name, payload] = JSON.parse(frame.slice(frame.indexOf('['))) as [string, unknown];
      return { kind: 'event', name, payload };
    }
    case '3': {
      const begin = frame.indexOf('[');
      return { kind: 'ack', id: Number(frame.slice(2, begin)), answer: (JSON.parse(frame.slice(begin)) as unknown[])[0] };
    }
    case '4':
      return { kind: 'refused', error: JSON.parse(frame.slice(2)) };
    default:
      return { kind: 'other' };
  }
}
