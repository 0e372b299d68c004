import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { ConfigOf } from '@parley/runtime';
import { pushConfig } from '../rooms.config.js';
import { lookupPublic } from './push-addresses.js';
import { encryptPush, type DeviceKeys } from './push-encryption.js';
import { VapidKeys } from './vapid-keys.js';

/** Sending and answer together. */
const TIMEOUT_MS = 10_000;
/** Nothing is read of an answer but its status; a body that is longer ends the connection. */
const ANSWER_BYTES = 16 * 1024;
const HOUR_SECONDS = 3600;

export interface PushTarget extends DeviceKeys {
  readonly endpoint: string;
}

export interface PushMessage {
  readonly payload: string;
  readonly topic?: string;
  readonly urgency: 'normal' | 'high';
}

/** What became of it. `gone`: the browser has withdrawn the address. `refused`: repeating will not help. */
export type PushOutcome =
  { readonly kind: 'sent' | 'gone' | 'refused' } | { readonly kind: 'failed'; readonly retryAfterMs?: number | undefined };

/**
 * Brings messages to the push services that browsers named. Their addresses come from users: nothing but public addresses is
 * connected to, no redirect is followed, time and size are bounded, and neither address nor answer gets into a log.
 */
@Injectable()
export class PushClient implements BeforeApplicationShutdown {
  private readonly agents: { readonly 'http:': http.Agent; readonly 'https:': https.Agent };

  constructor(
    private readonly keys: VapidKeys,
    @Inject(pushConfig.token) private readonly config: ConfigOf<typeof pushConfig>,
  ) {
    const options = { keepAlive: true, maxSockets: 16, maxTotalSockets: 64, ...(config.PRIVATE_ADDRESSES ? {} : { lookup: lookupPublic }) };
    this.agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  }

  beforeApplicationShutdown(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  async send(target: PushTarget, { payload, topic, urgency }: PushMessage): Promise<PushOutcome> {
    const url = new URL(target.endpoint);
    if (url.protocol !== 'https:' && !this.config.PRIVATE_ADDRESSES) return { kind: 'refused' };
    const body = encryptPush(payload, target);
    const headers = {
      Authorization: this.keys.authorizationFor(target.endpoint),
      'Content-Encoding': 'aes128gcm',
      'Content-Type': 'application/octet-stream',
      'Content-Length': body.length,
      TTL: 12 * HOUR_SECONDS,
      Urgency: urgency,
      ...(topic === undefined ? {} : { Topic: topic }),
    };
    try {
      const { request, agent } =
        url.protocol === 'https:'
          ? { request: https.request, agent: this.agents['https:'] }
          : { request: http.request, agent: this.agents['http:'] };
      const sending = request(url, { method: 'POST', headers, agent, signal: AbortSignal.timeout(TIMEOUT_MS) });
      sending.on('error', () => undefined); // one that comes after the answer is nobody's
      sending.end(body);
      const [answer] = (await once(sending, 'response')) as [http.IncomingMessage];
      await drain(answer);
      return outcomeOf(answer);
    } catch {
      return { kind: 'failed' };
    }
  }
}

/** So that the connection can be used again. */
async function drain(answer: http.IncomingMessage): Promise<void> {
  let length = 0;
  for await (const chunk of answer) {
    length += (chunk as Buffer).length;
    if (length > ANSWER_BYTES) break; // leaving the loop ends the connection
  }
}

function outcomeOf({ statusCode = 0, headers }: http.IncomingMessage): PushOutcome {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'sent' };
  if (statusCode === 404 || statusCode === 410) return { kind: 'gone' };
  if (statusCode !== 429 && statusCode < 500) return { kind: 'refused' };
  const seconds = Number(headers['retry-after']);
  return { kind: 'failed', retryAfterMs: Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : undefined };
}
