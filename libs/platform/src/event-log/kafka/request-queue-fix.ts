import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly inflight: ReadonlyMap<number, { readonly sentAt: number; readonly requestTimeout: number; timeoutRequest(): void }>;
  readonly enforceRequestTimeout: boolean;
  readonly isConnected: () => boolean;
  requestTimeoutIntervalId: NodeJS.Timeout;
  destroy(): void;
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
  scheduleRequestTimeoutCheck(): void;
}

/** Milliseconds. kafkajs looks every 100 on every connection, which is half of what a process costs at rest. */
const LOOK_MS = 500;

let isApplied = false;

/**
 * Two faults of kafkajs 2.2.4, on every broker connection. From the first answer on it re-arms a 1 ms timer for ever
 * (tulios/kafkajs#1704): some 690 timers a second, 2 % of a processor at rest, and negative timeouts of which Node 24 warns; yet
 * with nothing pending there is nothing to check, and `push` schedules a check itself when it has to queue. And it looks for
 * requests that got no answer far more often than it can matter.
 */
export function fixRequestQueue(): void {
  if (isApplied) return;
  isApplied = true;
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue };
  const scheduleCheck = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) scheduleCheck.call(this);
  };
  prototype.scheduleRequestTimeoutCheck = function () {
    if (!this.enforceRequestTimeout) return;
    this.destroy();
    this.requestTimeoutIntervalId = setInterval(() => {
      for (const request of [...this.inflight.values()]) if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest();
      if (!this.isConnected()) this.destroy();
    }, LOOK_MS);
  };
}
