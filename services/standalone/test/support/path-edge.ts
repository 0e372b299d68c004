import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** Where each path goes: the first pattern that fits, its processes in turn. */
export type Routes = readonly (readonly [RegExp, ports: readonly number[]])[];

/** Puts the services of a test behind one address, as an ingress does. WebSockets pass; a process that is down is passed over. */
export class PathEdge implements AsyncDisposable {
  readonly url: string;

  private constructor(private readonly server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(routes: Routes, port = 0): Promise<PathEdge> {
    let turn = 0;
    const socketFor = async ({ url = '/' }: IncomingMessage): Promise<Socket | undefined> => {
      const ports = routes.find(([path]) => path.test(url))?.[1] ?? [];
      turn += 1;
      for (let tried = 0; tried < ports.length; tried += 1) {
        const socket = await tryConnect(ports[(turn + tried) % ports.length]!);
        if (socket) return socket;
      }
      return undefined;
    };
    const server = createServer((incoming, outgoing) => void socketFor(incoming).then((socket) => passRequest(incoming, outgoing, socket)));
    server.on('upgrade', (incoming: IncomingMessage, outer: Socket, head: Buffer) => {
      void socketFor(incoming).then((inner) => passUpgrade(incoming, outer, head, inner));
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new PathEdge(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function tryConnect(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

function passRequest(incoming: IncomingMessage, outgoing: ServerResponse, socket: Socket | undefined): void {
  if (!socket) {
    outgoing.writeHead(502).end();
    return;
  }
  const { method, headers, url: path } = incoming;
  const inner = request({ method, headers: { ...headers, connection: 'close' }, path, createConnection: () => socket }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  inner.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
  incoming.pipe(inner);
}

function passUpgrade(incoming: IncomingMessage, outer: Socket, head: Buffer, inner: Socket | undefined): void {
  if (!inner) {
    outer.destroy();
    return;
  }
  for (const [one, other] of [[inner, outer] as const, [outer, inner] as const])
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
  const headers = incoming.rawHeaders.map((text, index) => text + (index % 2 === 0 ? ': ' : '\r\n')).join('');
  inner.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers}\r\n`);
  inner.write(head);
  outer.pipe(inner).pipe(outer);
}
