import { startProduct } from '../../../services/standalone/test/support/product.ts';
import { countStored, makePairs } from '../chat-pairs.ts';
import { nodeAndPostgres } from '../cpu.ts';
import { startSpanSink } from '../span-sink.ts';
import type { Target, TargetKind } from '../target.ts';

/** The product as `npm start` runs it, with its defaults except the rate limits. */
export const parley: TargetKind = {
  name: 'parley',
  description: 'the whole product in embedded mode: accounts, membership, dense order, each message once, ack when durable',
  start: () => startParley({}),
};

/** The same with tracing on. `ratio`: the part of the traces that is recorded, 0 to 1. */
export const tracedParley = (name: string, ratio: number): TargetKind => ({
  name,
  description: `parley, which records ${ratio * 100} % of its traces and sends them away`,
  async start(): Promise<Target> {
    const sink = await startSpanSink();
    const sampler = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: String(ratio) };
    const target = await startParley({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...sampler });
    const stop = async () => {
      await target[Symbol.asyncDispose]();
      await sink[Symbol.asyncDispose]();
    };
    return { ...target, [Symbol.asyncDispose]: stop };
  },
});

async function startParley(env: Readonly<Record<string, string>>): Promise<Target> {
  const product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn', NODE_ENV: 'production', ...env } });
  const urls = { auth: product.url, rooms: product.url, messages: product.url };
  return {
    socketUrls: [product.url],
    cpu: () => nodeAndPostgres(product.pid),
    pairs: (count) => makePairs(urls, count),
    countStored: (pairs) => countStored(urls, pairs),
    [Symbol.asyncDispose]: async () => {
      await product.stop();
      await product[Symbol.asyncDispose]();
    },
  };
}
