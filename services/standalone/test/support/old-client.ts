import { TEST_PASSWORD, currentContractWatch, uniqueUsername } from '@parley/testing';
import { io, type Socket } from 'socket.io-client';

interface Heard {
  readonly event: string;
  readonly payload: Record<string, unknown>;
}

/** A socket of the stock client, with everything that it heard. */
export interface OldSocket {
  readonly socket: Socket;
  readonly heard: Heard[];
  /** What came under this name so far. */
  of(event: string): Record<string, unknown>[];
  ask(event: string, ...args: unknown[]): Promise<Record<string, unknown>>;
}

/** A client of one of the earlier applications: forms or JSON, a cookie, and plain Socket.IO. It knows nothing of tokens. */
export class OldClient implements Disposable {
  readonly username: string;
  readonly password: string;
  readonly #cookies = new Map<string, string>();
  readonly #sockets: Socket[] = [];

  /** Of a new account, or of one that is there. */
  constructor(
    readonly url: string,
    account: { readonly username: string; readonly password: string } = { username: uniqueUsername('old'), password: TEST_PASSWORD },
  ) {
    ({ username: this.username, password: this.password } = account);
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** As a browser does: the cookie goes along, and redirects are seen. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#cookies.size > 0) headers.set('cookie', this.cookie);
    const response = await fetch(this.url + path, { redirect: 'manual', ...init, headers });
    for (const header of response.headers.getSetCookie()) {
      const [name = '', value = ''] = header.split(';', 1)[0]!.split('=');
      if (value === '' || /expires=thu, 01 jan 1970/i.test(header)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  postForm(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  postJson(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
  }

  async json<T = Record<string, unknown>>(path: string): Promise<T> {
    const response = await this.fetch(path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Registers with a form; the cookie is kept. */
  async register(): Promise<this> {
    return this.#enter('/register');
  }

  /** The same with an account that is there. */
  async login(): Promise<this> {
    return this.#enter('/login');
  }

  /** What a page of ours does: `io()` sends cookie and origin along. The long polling of old clients is not spoken. */
  async connect(transports: ('polling' | 'websocket')[] = ['websocket']): Promise<OldSocket> {
    const origin = new URL(this.url).origin;
    const socket = io(this.url, { transports, forceNew: true, reconnection: false, extraHeaders: { cookie: this.cookie, origin } });
    this.#sockets.push(socket);
    const heard: Heard[] = [];
    const watch = currentContractWatch();
    socket.onAny((event: string, payload: Record<string, unknown>) => {
      watch?.event('classic', event, payload);
      heard.push({ event, payload });
    });
    await new Promise<void>((resolve, reject) => socket.once('connect', () => resolve()).once('connect_error', reject));
    return {
      socket,
      heard,
      of: (event) => heard.filter((each) => each.event === event).map(({ payload }) => payload),
      ask: async (event, ...args) => {
        const answer = (await socket.timeout(10_000).emitWithAck(event, ...args)) as Record<string, unknown>;
        watch?.ack('classic', event, answer);
        return answer;
      },
    };
  }

  async #enter(path: '/register' | '/login'): Promise<this> {
    const response = await this.postForm(path, { username: this.username, password: this.password });
    if (response.status !== 303 || response.headers.get('location') !== '/chat')
      throw new Error(`${path}: ${response.status} ${response.headers.get('location')}`);
    return this;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.disconnect();
  }
}
