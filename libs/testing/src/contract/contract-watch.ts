import { HttpContract } from './http-contract.js';
import { SocketContract, type SocketChannel } from './socket-contract.js';

const LOCAL = new Set(['127.0.0.1', 'localhost']);

/** Looks at everything that servers answer to this process, and remembers what is not in the contract. */
export class ContractWatch {
  private readonly http = new HttpContract();
  private readonly sockets = new SocketContract();
  private readonly reading = new Set<Promise<void>>();
  private readonly faults = new Set<string>();

  /** `fetch` that has its answers looked at. */
  over(ask: typeof fetch): typeof fetch {
    return async (input, init) => {
      const response = await ask(input, init);
      const url = new URL(response.url === '' ? String(input) : response.url);
      if (!LOCAL.has(url.hostname) || this.http.findPath(url.pathname) === undefined) return response;
      const method = response.redirected ? 'GET' : (init?.method ?? 'GET').toUpperCase();
      if (method === 'HEAD' || method === 'OPTIONS') return response;
      const isText = /json/.test(response.headers.get('content-type') ?? '');
      this.read(method, url.pathname, response, isText ? response.clone().text() : Promise.resolve(''));
      return response;
    };
  }

  event(channel: SocketChannel, name: string, payload: unknown): void {
    this.note(this.sockets.faultsOfEvent(channel, name, payload));
  }

  ack(channel: SocketChannel, name: string, answer: unknown): void {
    this.note(this.sockets.faultsOfAck(channel, name, answer));
  }

  /** What was found since this was asked last. */
  async takeFaults(): Promise<string[]> {
    await Promise.all(this.reading);
    const faults = [...this.faults];
    this.faults.clear();
    return faults;
  }

  private read(method: string, path: string, { status, headers }: Response, body: Promise<string>): void {
    const reading = body
      .then(
        (text) => this.note(this.http.faultsOf({ method, path, status, headers, text })),
        () => undefined, // cut off on the way
      )
      .finally(() => this.reading.delete(reading));
    this.reading.add(reading);
  }

  private note(faults: readonly string[]): void {
    for (const fault of faults) this.faults.add(fault);
  }
}

let watch: ContractWatch | undefined;

/** Nobody watches unless a test run asked for it: benchmarks use the same clients. */
export const currentContractWatch = (): ContractWatch | undefined => watch;

/** From here on every `fetch` and every socket of the test clients in this process is looked at. */
export function beginContractWatch(): ContractWatch {
  if (watch) return watch;
  watch = new ContractWatch();
  globalThis.fetch = watch.over(globalThis.fetch);
  return watch;
}
