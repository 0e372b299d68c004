import { countStored, makePairs } from '../chat-pairs.ts';
import { Services, type ServicesOptions } from '../services.ts';
import type { Target, TargetKind } from '../target.ts';

/** Every service a process, on real Kafka, Redis and Postgres. Senders are at the first gateway, listeners at the last one. */
export const distributed = (name: string, options: ServicesOptions): TargetKind => ({
  name,
  description:
    `auth, rooms, messages and ${options.counts?.gateway ?? 1} gateway(s) as processes of their own on Kafka (one broker, ` +
    `${options.partitions ?? 4} partitions), Redis and Postgres; the same promises`,
  async start(): Promise<Target> {
    const services = await Services.start(options);
    const urls = { auth: services.urlOf('auth'), rooms: services.urlOf('rooms'), messages: services.urlOf('messages') };
    return {
      socketUrls: services.processes.gateway.map(({ url }) => url),
      cpu: () => services.cpu(),
      pairs: (count) => makePairs(urls, count),
      countStored: (pairs) => countStored(urls, pairs),
      [Symbol.asyncDispose]: () => services[Symbol.asyncDispose](),
    };
  },
});
