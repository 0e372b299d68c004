import { Injectable } from '@nestjs/common';
import { Metrics } from '@parley/telemetry';

/** Upper bounds (s); 5 is what the objective of persistence asks. */
const PERSIST_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

@Injectable()
export class StoringMetrics {
  private readonly seconds;

  constructor(metrics: Metrics) {
    this.seconds = metrics.histogram({
      name: 'parley_message_persist_seconds',
      help: 'Messages from their acceptance until they were stored. What the log gives once more after a crash is counted once more.',
      buckets: PERSIST_SECONDS,
    });
  }

  stored(posted: readonly { readonly acceptedAt: string }[]): void {
    const now = Date.now();
    for (const { acceptedAt } of posted) this.seconds.observe({}, Math.max(0, now - Date.parse(acceptedAt)) / 1000);
  }
}
