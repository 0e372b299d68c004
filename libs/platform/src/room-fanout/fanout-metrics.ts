import type { Metrics } from '@parley/telemetry';

/** What a fan-out of any adapter counts. */
export interface FanoutCounters {
  /** Frames that left for the readers of a channel, by event: what waited together counts once. */
  readonly frames: ReadonlyMap<string, number>;
  /** Messages in them. */
  readonly messages: number;
  /** Writes to sockets of this process, by the fan-out. */
  readonly written: number;
}

/** What only a fan-out between processes counts. */
export interface RemoteFanoutCounters {
  readonly published: number;
  readonly failed: number;
  readonly received: number;
  readonly interruptions: number;
}

export function watchFanout(metrics: Metrics, read: () => FanoutCounters): void {
  metrics.total(
    { name: 'parley_fanout_frames_total', help: 'Frames that left for the readers of a room or person, by event.', labelNames: ['event'] },
    () => [...read().frames].map(([event, value]) => ({ labels: { event }, value })),
  );
  metrics.total(
    {
      name: 'parley_fanout_messages_total',
      help: 'Messages in the frames of event messages; messages by frames is the coalescing factor.',
    },
    () => [{ value: read().messages }],
  );
  metrics.total(
    { name: 'parley_fanout_socket_writes_total', help: 'Frames times the sockets of this process that they were written to.' },
    () => [{ value: read().written }],
  );
}

export function watchRemoteFanout(metrics: Metrics, read: () => RemoteFanoutCounters): void {
  metrics.total({ name: 'parley_fanout_published_total', help: 'Events that Redis took for other processes.' }, () => [
    { value: read().published },
  ]);
  metrics.total(
    { name: 'parley_fanout_publish_failures_total', help: 'Events that Redis did not take: they are repaired from storage.' },
    () => [{ value: read().failed }],
  );
  metrics.total({ name: 'parley_fanout_received_total', help: 'Events of other processes that reached sockets here.' }, () => [
    { value: read().received },
  ]);
  metrics.total(
    { name: 'parley_fanout_interruptions_total', help: 'Times that the connection to Redis was back after events may have been lost.' },
    () => [{ value: read().interruptions }],
  );
}
