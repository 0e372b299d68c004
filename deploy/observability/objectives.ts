/** What an installation promises, measured over 30 days. Each has an alert of its own when its budget of errors burns too fast. */
export interface Objective {
  readonly name: string;
  readonly alert: string;
  /** Part of what must go well. */
  readonly target: number;
  readonly summary: string;
  /** Per second over a window: what went wrong, and all. */
  readonly bad: (window: string) => string;
  readonly all: (window: string) => string;
}

const sends = 'parley_gateway_events_total{event="message:send"';
/** Our own faults; what a client did wrong, or did too fast, counts as well answered. */
const FAULTS = 'UNAVAILABLE|UNCONFIRMED|BUSY';

/** `le`: a bound of its buckets. Prometheus 3 keeps 5 as `5.0`, earlier ones as it was told. */
const slower = (metric: string, le: number) => (window: string) =>
  `sum(rate(${metric}_count[${window}])) - sum(rate(${metric}_bucket{${Number.isInteger(le) ? `le=~"${le}|${le}[.]0"` : `le="${le}"`}}[${window}]))`;
const counted = (metric: string) => (window: string) => `sum(rate(${metric}_count[${window}]))`;

export const OBJECTIVES: readonly Objective[] = [
  {
    name: 'accepted',
    alert: 'ParleyMessagesNotAccepted',
    target: 0.999,
    summary: 'Messages are not accepted',
    bad: (window) => `sum(rate(${sends},outcome=~"${FAULTS}"}[${window}])) or 0 * sum(rate(${sends}}[${window}]))`,
    all: (window) => `sum(rate(${sends}}[${window}]))`,
  },
  {
    name: 'delivered',
    alert: 'ParleyDeliverySlow',
    target: 0.99,
    summary: 'Messages take longer than 500 ms to their readers',
    bad: slower('parley_message_delivery_seconds', 0.5),
    all: counted('parley_message_delivery_seconds'),
  },
  {
    name: 'persisted',
    alert: 'ParleyPersistenceSlow',
    target: 0.99,
    summary: 'Messages take longer than 5 s into the database',
    bad: slower('parley_message_persist_seconds', 5),
    all: counted('parley_message_persist_seconds'),
  },
  {
    name: 'connected',
    alert: 'ParleyConnectionsRefused',
    target: 0.999,
    summary: 'People are not let in',
    bad: (window) =>
      `sum(rate(parley_gateway_refused_connections_total{code=~"${FAULTS}"}[${window}])) or 0 * sum(rate(parley_gateway_connections_total[${window}]))`,
    all: (window) =>
      `sum(rate(parley_gateway_connections_total[${window}])) + (sum(rate(parley_gateway_refused_connections_total{code=~"${FAULTS}"}[${window}])) or 0 * sum(rate(parley_gateway_connections_total[${window}])))`,
  },
];

/** How fast the budget of 30 days burns, over a long and a short window: the short one ends the alert soon after the fault. */
export const BURN_RATES = [
  { factor: 14.4, long: '1h', short: '5m', severity: 'page', for: '2m' },
  { factor: 6, long: '6h', short: '30m', severity: 'page', for: '2m' },
  { factor: 3, long: '1d', short: '2h', severity: 'ticket', for: '15m' },
  { factor: 1, long: '3d', short: '6h', severity: 'ticket', for: '15m' },
] as const;

export const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;

/** Where little is said, single failures are no trend: so many must have gone wrong within the long window. */
export const FAILURES_MIN = 5;

export const ratioRule = (window: string): string => `parley:errors:ratio_rate${window}`;
export const badRule = (window: string): string => `parley:errors:increase${window}`;
