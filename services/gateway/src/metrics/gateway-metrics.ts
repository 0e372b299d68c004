import { Injectable } from '@nestjs/common';
import type { MessagesBatch } from '@parley/contracts';
import { Metrics, REQUEST_SECONDS } from '@parley/telemetry';
import { ConnectedPeople } from '../people/connected-people.js';
import { HeadTracker } from '../repair/head-tracker.js';
import { bufferedBytes } from '../sockets/engine-connection.js';
import { LocalSockets } from '../sockets/local-sockets.js';

/** Upper bounds (s); 0.5 is what the objective of delivery asks. */
const DELIVERY_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What operators see of this gateway. Labels are from fixed lists, never from input. */
@Injectable()
export class GatewayMetrics {
  private readonly events;
  private readonly durations;
  private readonly connections;
  private readonly refusals;
  private readonly repairs;
  private readonly cuts;
  private readonly checkFailures;
  private readonly deliveries;

  constructor(metrics: Metrics, sockets: LocalSockets, people: ConnectedPeople, heads: HeadTracker) {
    this.events = metrics.counter({
      name: 'parley_gateway_events_total',
      help: 'Events from clients, by name and by how they were answered (ok or the error code).',
      labelNames: ['event', 'outcome'],
    });
    this.durations = metrics.histogram({
      name: 'parley_gateway_event_duration_seconds',
      help: 'Events from clients until they were answered, by name. Of message:send: until the message was durable.',
      labelNames: ['event'],
      buckets: REQUEST_SECONDS,
    });
    this.connections = metrics.counter({ name: 'parley_gateway_connections_total', help: 'Connections that were let in.' });
    this.refusals = metrics.counter({
      name: 'parley_gateway_refused_connections_total',
      help: 'Connections that were not let in, by error code.',
      labelNames: ['code'],
    });
    this.repairs = metrics.counter({
      name: 'parley_gateway_repairs_total',
      help: 'Rooms that had fallen behind what is stored: the missing messages were sent (messages), or only the new head (head).',
      labelNames: ['kind'],
    });
    this.cuts = metrics.counter({
      name: 'parley_gateway_cut_connections_total',
      help: 'Connections that the gateway ended: slow, flood, expired, revoked, drain.',
      labelNames: ['reason'],
    });
    this.checkFailures = metrics.counter({
      name: 'parley_gateway_head_check_failures_total',
      help: 'Comparisons with what is stored that could not be made.',
    });
    this.deliveries = metrics.histogram({
      name: 'parley_message_delivery_seconds',
      help: 'Messages from their acceptance until they were written to the sockets of a gateway that has the room open.',
      buckets: DELIVERY_SECONDS,
    });
    const gauge = (name: string, help: string, value: () => number) => metrics.gauge({ name, help }, () => [{ value: value() }]);
    gauge('parley_gateway_sockets', 'Connected sockets.', () => sockets.size);
    gauge('parley_gateway_people', 'People with a connection, or with one in the last minute.', () => people.size);
    gauge('parley_gateway_open_rooms', 'Rooms that somebody has open here.', () => heads.size);
    gauge('parley_gateway_events_in_flight', 'Events that are not answered yet.', () => sum(sockets, ({ data }) => data.inFlight));
    gauge('parley_gateway_slow_sockets', 'Sockets that get only what matters, because they read slowly.', () =>
      sum(sockets, ({ data }) => Number(data.isSlow)),
    );
    gauge('parley_gateway_send_buffer_bytes', 'What waits to be read by clients, all sockets together.', () =>
      sum(sockets, ({ conn }) => bufferedBytes(conn)),
    );
    const lag = () => heads.lag(performance.now());
    gauge('parley_gateway_head_lag_rooms', 'Rooms of which more is known to be stored than was sent.', () => lag().rooms);
    gauge('parley_gateway_head_lag_seconds', 'For how long this is known of the one that waits longest.', () => lag().seconds);
  }

  /** `traceparent`: of its span, if it is recorded. */
  answered(event: string, outcome: string, startedAt: number, traceparent: string | undefined): void {
    this.events.inc({ event, outcome });
    this.durations.observe({ event }, (performance.now() - startedAt) / 1000, traceparent);
  }

  connected(): void {
    this.connections.inc();
  }

  refused(code: string): void {
    this.refusals.inc({ code });
  }

  repaired(kind: 'messages' | 'head'): void {
    this.repairs.inc({ kind });
  }

  cut(reason: 'slow' | 'flood' | 'expired' | 'revoked' | 'drain'): void {
    this.cuts.inc({ reason });
  }

  headCheckFailed(): void {
    this.checkFailures.inc();
  }

  /** Clocks of gateways differ a little: nothing arrives before it was accepted. */
  delivered({ messages }: MessagesBatch, traceparent: string | undefined): void {
    const now = Date.now();
    for (const { createdAt } of messages) this.deliveries.observe({}, Math.max(0, now - Date.parse(createdAt)) / 1000, traceparent);
  }
}

function sum(sockets: LocalSockets, value: (socket: ReturnType<LocalSockets['in']>[number]) => number): number {
  let total = 0;
  for (const socket of sockets.all()) total += value(socket);
  return total;
}
