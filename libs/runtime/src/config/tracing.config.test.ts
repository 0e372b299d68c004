import { inSpan } from '@parley/telemetry';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../logging/logger.js';
import { loadConfig } from './config.js';
import { tracingConfig, tracingFrom } from './tracing.config.js';

const ADDRESS = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
const start = (env: Record<string, string>) => tracingFrom(loadConfig([tracingConfig], env), 'gateway');

describe('tracing', () => {
  it.each([
    {},
    { ...ADDRESS, OTEL_SDK_DISABLED: 'true' },
    { ...ADDRESS, OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_TRACES_SAMPLER: 'always_on' },
  ])('is off with %j', async (env) => {
    expect(await start(env)).toEqual([]);
  });

  it('refuses what it cannot mean', () => {
    const faults = () =>
      loadConfig([tracingConfig], { OTEL_TRACES_SAMPLER: 'often', OTEL_TRACES_SAMPLER_ARG: '7', OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' });
    expect(faults).toThrow(
      /OTEL_EXPORTER_OTLP_ENDPOINT: must be an address.*OTEL_TRACES_SAMPLER: must be one of.*OTEL_TRACES_SAMPLER_ARG: must be 0 to 1/,
    );
  });

  it('gives its ids to the lines of the log, and ends without a collector', async () => {
    const [tracing] = await start(ADDRESS);
    const lines: string[] = [];
    const logger = createLogger('info', new Writable({ write: (line, _, done) => (lines.push(String(line)), done()) }));
    const ids = inSpan('work', { kind: 'server', isRoot: true }, (span) => {
      logger.info('inside');
      return { trace_id: span!.traceId, span_id: span!.spanId };
    });
    logger.info('outside');
    expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'inside', ...ids });
    expect(JSON.parse(lines[1]!)).not.toHaveProperty('trace_id');
    await tracing![Symbol.asyncDispose]();
  });
});
