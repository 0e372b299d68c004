import { Injectable } from '@nestjs/common';
import { Metrics } from '@parley/runtime';
import { ConnectedPeople } from '../people/connected-people.js';
import { LocalSockets } from '../sockets/local-sockets.js';

/** What operators see of this gateway. Labels are from fixed lists, never from input. */
@Injectable()
export class GatewayMetrics {
  private readonly events;
  private readonly refusals;
  private readonly repairs;
  private readonly cuts;
  private readonly checkFailures;

  constructor(metrics: Metrics, sockets: LocalSockets, people: ConnectedPeople) {
    this.events = metrics.counter({
      name: 'parley_gateway_events_total',
      help: 'Events from clients, by name and by how they were answered (ok or the error code).',
      labelNames: ['event', 'outcome'],
    });
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
    this.gauge(metrics, 'parley_gateway_sockets', 'Connected sockets.', () => sockets.size);
    this.gauge(metrics, 'parley_gateway_people', 'People with a connection, or with one in the last minute.', () => people.size);
  }

  answered(event: string, outcome: string): void {
    this.events.inc({ event, outcome });
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

  /** Looked up when it is asked for. */
  private gauge(metrics: Metrics, name: string, help: string, value: () => number): void {
    metrics.gauge({
      name,
      help,
      collect(): void {
        this.set(value());
      },
    });
  }
}
