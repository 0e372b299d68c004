import { ChatClient, TEST_PASSWORD, eventually } from '@parley/testing';
import { OldClient, type OldSocket } from '../support/old-client.js';

/** In the order in which they try, in one and the same room. */
export const WHO = [
  'ended session',
  'stranger',
  'removed',
  'banned',
  'owner of another room',
  'member',
  'muted',
  'moderator',
  'administrator',
  'owner',
] as const;
export type Who = (typeof WHO)[number];

/** One of those who try, with everything that somebody may come in by: an access token, a socket, a cookie, a classic socket. */
export class Person implements AsyncDisposable {
  private constructor(
    readonly client: ChatClient,
    readonly old: OldClient,
    readonly oldSocket: OldSocket,
  ) {}

  /** Registers, and connects in both ways. The cookie is of a session of its own. */
  static async arrive(url: string): Promise<Person> {
    const client = await new ChatClient({ url }).register();
    await client.connect();
    const old = await new OldClient(url, { username: client.http.user!.username, password: TEST_PASSWORD }).login();
    return new Person(client, old, await old.connect());
  }

  get http(): ChatClient['http'] {
    return this.client.http;
  }

  get id(): string {
    return this.client.userId;
  }

  get emit(): ChatClient['emit'] {
    return this.client.emit.bind(this.client);
  }

  /** With the access token, for calls that are not JSON. Rejects with the code of a refusal. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${this.http.accessToken}` };
    return accepted(await fetch(this.old.url + path, { ...init, headers }));
  }

  /** With the cookie alone. Rejects with the code of a refusal; being sent to the log-in is one. */
  async visit(path: string, init: RequestInit = {}): Promise<Response> {
    return accepted(await this.old.fetch(path, init));
  }

  /** An event of the classic socket. Rejects with the code of a refusal. */
  async say(event: string, payload: unknown): Promise<unknown> {
    if (!this.oldSocket.socket.connected) throw new Error('there is nobody to answer');
    const answer = (await this.oldSocket.ask(event, payload)) as { ok: boolean; error?: { code: string } };
    if (!answer.ok) throw codedError(answer.error!.code);
    return answer;
  }

  /** Ends both sessions; what was let in by them stays in the hands of this person. */
  async endSessions(): Promise<void> {
    await this.http.call('POST /api/logout');
    await fetch(`${this.old.url}/api/logout`, { method: 'POST', headers: { cookie: this.old.cookie } });
    await eventually(() => !this.client.isConnected && !this.oldSocket.socket.connected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.old[Symbol.dispose]();
    await this.client[Symbol.asyncDispose]();
  }
}

const codedError = (code: string): Error => Object.assign(new Error(code), { code });

async function accepted(response: Response): Promise<Response> {
  if (response.status >= 400) throw codedError(((await response.json()) as { code: string }).code);
  if (response.headers.get('location')?.startsWith('/login')) throw codedError('UNAUTHENTICATED');
  return response;
}
