import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

let isApplied = false;

/**
 * kafkajs 2.2.4 re-arms a 1 ms timer on every broker connection from its first answer on, for ever (tulios/kafkajs#1704): some
 * 690 timers a second, 2 % of a processor at rest, and negative timeouts of which Node 24 warns. With nothing pending there is
 * nothing to check; `push` schedules a check itself when it has to queue.
 */
export function fixRequestQueue(): void {
  if (isApplied) return;
  isApplied = true;
  const inner = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue };
  const original = inner.prototype.scheduleCheckPendingRequests;
  inner.prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) original.call(this);
  };
}
