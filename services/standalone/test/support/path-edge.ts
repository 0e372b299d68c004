import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/** Where each path goes: the first prefix or pattern that fits. */
export type Routes = readonly (readonly [RegExp, port: number])[];

/** Puts the services of a test behind one address, as an ingress does. WebSockets pass. */
export class PathEdge implements AsyncDisposable {
  readonly #server: Server;
  readonly url: string;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(routes: Routes): Promise<PathEdge> {
    const portOf = ({ url = '/' }: IncomingMessage) => routes.find(([path]) => path.test(url))?.[1] ?? 0;
    const server = createServer((incoming, outgoing) => {
      const { method, headers, url: path } = incoming;
      const inner = request({ host: '127.0.0.1', port: portOf(incoming), method, headers, path }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      inner.on('error', () => outgoing.writeHead(502).end());
      incoming.pipe(inner);
    });
    server.on('upgrade', (incoming, socket, head) => {
      const inner = connect(portOf(incoming), '127.0.0.1', () => {
        const headers = incoming.rawHeaders.map((text, index) => text + (index % 2 === 0 ? ': ' : '\r\n')).join('');
        inner.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers}\r\n`);
        inner.write(head);
        socket.pipe(inner).pipe(socket);
      });
      for (const end of [inner, socket]) end.on('error', () => [inner, socket].forEach((each) => each.destroy()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PathEdge(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
