import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTracing } from './start-tracing.js';
import type { TracingOptions } from './tracing-options.js';
import { currentSpan, inSpan, startSpan } from './tracing.js';

const ROOT = { kind: 'server', isRoot: true } as const;
const TRACE = '0af7651916cd43dd8448eb211c80319c';

describe('tracing by OTLP', () => {
  let collector: Server;
  let received: string[];

  beforeEach(async () => {
    received = [];
    collector = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        received.push(body);
        response.end('{}');
      });
    });
    await once(collector.listen(0, '127.0.0.1'), 'listening');
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${(collector.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    collector.closeAllConnections();
    await new Promise((resolve) => collector.close(resolve));
  });

  const start = (options: Partial<TracingOptions> = {}) =>
    startTracing({ serviceName: 'parley-test', sampler: 'parentbased_always_on', ratio: 1, ...options });
  const namesIn = (bodies: readonly string[]) =>
    bodies.flatMap((body) => [...body.matchAll(/"name":"([^"]+)","kind"/g)].map(([, name]) => name));

  it('sends what waits when it ends, and is off from then on', async () => {
    const tracing = await start();
    const traceparent = inSpan('outer', ROOT, (span) => {
      inSpan('inner', { kind: 'client', attributes: { 'parley.event': 'x' } }, () => undefined);
      return span!.traceparent;
    });
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    await tracing[Symbol.asyncDispose]();
    expect(namesIn(received)).toEqual(['inner', 'outer']);
    expect(received.join()).toContain('parley-test');
    expect(inSpan('late', ROOT, () => currentSpan())).toBeUndefined();
  });

  it('goes by the decision of the trace that work belongs to, and begins anew with a word that it cannot read', async () => {
    await using tracing = await start({ sampler: 'parentbased_always_off' });
    expect(tracing).toBeDefined();
    expect(startSpan('own', ROOT)).toBeUndefined();
    expect(startSpan('sampled', { kind: 'server', parent: `00-${TRACE}-b7ad6b7169203331-01` })?.traceId).toBe(TRACE);
    expect(startSpan('not sampled', { kind: 'server', parent: `00-${TRACE}-b7ad6b7169203331-00` })).toBeUndefined();
    expect(startSpan('nonsense', { kind: 'server', parent: 'nonsense' })).toBeUndefined();
  });

  it.each([
    ['traceidratio', 0, false],
    ['traceidratio', 1, true],
    ['always_on', 0, true],
    ['always_off', 1, false],
  ] as const)('records with the sampler %s and the part %d: %s', async (sampler, ratio, isRecorded) => {
    await using tracing = await start({ sampler, ratio });
    expect(tracing).toBeDefined();
    const span = startSpan('root', ROOT);
    span?.end();
    expect(span !== undefined).toBe(isRecorded);
  });
});
