import type { Fetch } from '../http/http.js';

export interface FakeCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

type Handler = (call: FakeCall) => Response | Promise<Response>;

/** Answers calls with `handle`, and remembers them. */
export class FakeFetch {
  readonly calls: FakeCall[] = [];

  constructor(public handle: Handler) {}

  readonly fetch: Fetch = async (url, init) => {
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined;
    const call: FakeCall = { method: init.method ?? 'GET', url, headers: init.headers as Record<string, string>, body };
    this.calls.push(call);
    return this.handle(call);
  };
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

export const problem = (code: string, status: number, more: object = {}): Response =>
  json({ type: `urn:parley:error:${code}`, title: code, status, code, detail: `detail of ${code}`, requestId: 'r', ...more }, status);
