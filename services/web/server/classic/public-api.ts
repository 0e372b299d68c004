import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Message, ParleyError, PostedAnswer, Problem, type Route } from '@parley/contracts';
import { z } from 'zod';
import { ServiceAddresses } from './service-addresses.js';

/** Longer than the 4 s that a message may take to be stored. */
const TIMEOUT_MS = 10_000;
/** An upload goes at the pace of its sender; media itself sends away who stalls. */
const UPLOAD_TIMEOUT_MS = 15 * 60_000;

export interface ApiCall {
  readonly service: Route['service'];
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly accessToken: string;
  /** Sent as JSON; or bytes of this type. */
  readonly body?: object | { readonly type: string; readonly bytes: AsyncIterable<Buffer> };
}

/**
 * The public calls of `docs/api` §3, §4 and §7, made for a visitor: what he may do, how often, and in which form is decided there
 * and nowhere else. What is refused comes out as the same `ParleyError`.
 */
@Injectable()
export class PublicApi {
  constructor(private readonly addresses: ServiceAddresses) {}

  async call<S extends z.ZodType>({ service, method = 'GET', path, accessToken, body }: ApiCall, answer: S): Promise<z.output<S>> {
    const response = await this.send(this.addresses.of(service) + path, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, ...(body ? { 'content-type': typeOf(body) } : {}) },
      ...bodyOf(body),
    });
    const json: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
    if (!response.ok) throw refusalOf(response, json);
    const parsed = answer.safeParse(json);
    if (!parsed.success)
      throw new ParleyError('UNAVAILABLE', { cause: new Error(`unexpected answer of ${service}`, { cause: parsed.error }) });
    return parsed.data;
  }

  /** Posts and waits until it is stored. Throws UNCONFIRMED when that takes too long: it is accepted all the same. */
  async storeMessage(accessToken: string, roomId: string, message: { text: string; attachments?: string[] }): Promise<string> {
    const path = `/api/chat/rooms/${roomId}/messages?wait=stored`;
    const call: ApiCall = { service: 'messages', method: 'POST', path, accessToken, body: message };
    const answer = await this.call(call, z.union([Message, PostedAnswer]));
    if (!('id' in answer)) throw new ParleyError('UNCONFIRMED');
    return answer.id;
  }

  private async send(url: string, init: RequestInit): Promise<Response> {
    const timeoutMs = init.body instanceof ReadableStream ? UPLOAD_TIMEOUT_MS : TIMEOUT_MS;
    try {
      return await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    } catch (cause) {
      throw new ParleyError('UNAVAILABLE', { cause });
    }
  }
}

const isStream = (body: NonNullable<ApiCall['body']>): body is { type: string; bytes: AsyncIterable<Buffer> } => 'bytes' in body;

const typeOf = (body: NonNullable<ApiCall['body']>): string => (isStream(body) ? body.type : 'application/json');

function bodyOf(body: ApiCall['body']): RequestInit {
  if (!body) return {};
  if (!isStream(body)) return { body: JSON.stringify(body) };
  return { body: Readable.toWeb(Readable.from(body.bytes)) as ReadableStream, duplex: 'half' } as RequestInit;
}

function refusalOf(response: Response, body: unknown): ParleyError {
  const problem = Problem.safeParse(body);
  if (!problem.success) return new ParleyError('UNAVAILABLE', { cause: new Error(`${response.url} answered ${response.status}`) });
  const { code, detail, errors } = problem.data;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ParleyError(code, {
    detail,
    ...(errors ? { errors } : {}),
    ...(Number.isFinite(retryAfter) ? { retryAfterMs: retryAfter * 1000 } : {}),
  });
}
