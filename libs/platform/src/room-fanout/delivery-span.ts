import { inSpan } from '@parley/telemetry';
import type { Delivery } from './room-fanout.js';

/** Writing to the sockets of this process, as part of the trace that the event comes from. */
export function deliverInSpan({ event, traceparent }: Delivery, sockets: number, write: () => void): void {
  if (traceparent === undefined) return write();
  inSpan(
    `deliver ${event}`,
    { kind: 'consumer', parent: traceparent, attributes: { 'parley.event': event, 'parley.sockets': sockets } },
    write,
  );
}
