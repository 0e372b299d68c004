import { OBJECTIVES, ratioRule } from './objectives.ts';

interface Query {
  readonly expr: string;
  /** What the line is called: `{{job}}`. */
  readonly legend: string;
}

interface PanelPlan {
  readonly title: string;
  readonly unit: 's' | 'reqps' | 'ops' | 'short' | 'bytes' | 'percentunit';
  readonly description: string;
  readonly queries: readonly Query[];
}

interface DashboardPlan {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly PanelPlan[];
}

const WIDTH = 8;
const HEIGHT = 8;
const COLUMNS = 3;
const SOURCE = { type: 'prometheus', uid: '${datasource}' };
const RANGE = '$__rate_interval';

const panel = (title: string, unit: PanelPlan['unit'], description: string, ...queries: readonly Query[]): PanelPlan => ({
  title,
  unit,
  description,
  queries,
});
const q = (expr: string, legend = ''): Query => ({ expr, legend });
const rate = (metric: string, by = '', filter = ''): string =>
  `sum${by && ` by (${by})`} (rate(${metric}${filter && `{${filter}}`}[${RANGE}]))`;
const quantile = (part: number, metric: string, by = ''): string =>
  `histogram_quantile(${part}, sum by (${['le', by].filter(Boolean).join(', ')}) (rate(${metric}_bucket[${RANGE}])))`;
const latency = (metric: string, by = ''): Query[] =>
  [0.5, 0.95, 0.99].map((part) => q(quantile(part, metric, by), `p${part * 100}${by && ` {{${by}}}`}`));

const http = 'http_server_request_duration_seconds';

const PLANS: readonly DashboardPlan[] = [
  {
    uid: 'parley-overview',
    title: 'Parley: overview',
    panels: [
      panel(
        'Objectives: part that goes wrong, 1 h',
        'percentunit',
        'Of what is promised in docs/observability.md; an alert burns its budget.',
        ...OBJECTIVES.map(({ name }) => q(`${ratioRule('1h')}{objective="${name}"}`, name)),
      ),
      panel(
        'Messages accepted',
        'ops',
        'By gateways, per second, by outcome.',
        q(rate('parley_gateway_events_total', 'outcome', 'event="message:send"'), '{{outcome}}'),
      ),
      panel('Delivery', 's', 'From acceptance to the sockets of a gateway.', ...latency('parley_message_delivery_seconds')),
      panel('Persistence', 's', 'From acceptance to the database.', ...latency('parley_message_persist_seconds')),
      panel(
        'Oldest message that is not stored',
        's',
        'Age, as its consumers see it.',
        q('max(parley_event_log_lag_seconds{topic="chat.messages",group="messages"})', 'age'),
      ),
      panel('Sockets', 'short', 'Connections by gateway.', q('sum by (instance) (parley_gateway_sockets)', '{{instance}}')),
      panel('Requests', 'reqps', 'HTTP, by service.', q(rate(`${http}_count`, 'job'), '{{job}}')),
      panel(
        'Failed requests',
        'reqps',
        'HTTP answers of 500 and above, by service.',
        q(rate(`${http}_count`, 'job', 'http_response_status_code=~"5.."'), '{{job}}'),
      ),
      panel('Request duration', 's', 'p99 by service.', q(quantile(0.99, http, 'job'), '{{job}}')),
      panel(
        'What processes cannot use',
        'short',
        'Processes per dependency that say it is down.',
        q('count by (dependency) (parley_dependency_up == 0)', '{{dependency}}'),
      ),
      panel(
        'Questions between services',
        's',
        'p99 by question.',
        q(quantile(0.99, 'parley_peer_question_duration_seconds', 'question'), '{{question}}'),
      ),
      panel('Refusals by rate limits', 'ops', 'By rule.', q(rate('parley_rate_limit_refusals_total', 'rule'), '{{rule}}')),
    ],
  },
  {
    uid: 'parley-gateway',
    title: 'Parley: gateways',
    panels: [
      panel('Events', 'ops', 'From clients, by name.', q(rate('parley_gateway_events_total', 'event'), '{{event}}')),
      panel('Refused events', 'ops', 'By error code.', q(rate('parley_gateway_events_total', 'outcome', 'outcome!="ok"'), '{{outcome}}')),
      panel(
        'Answer time',
        's',
        'p99 by event; of message:send until it was durable.',
        q(quantile(0.99, 'parley_gateway_event_duration_seconds', 'event'), '{{event}}'),
      ),
      panel(
        'Connections let in',
        'ops',
        'Per second, by gateway.',
        q(rate('parley_gateway_connections_total', 'instance'), '{{instance}}'),
      ),
      panel('Connections refused', 'ops', 'By error code.', q(rate('parley_gateway_refused_connections_total', 'code'), '{{code}}')),
      panel('Connections cut', 'ops', 'By reason.', q(rate('parley_gateway_cut_connections_total', 'reason'), '{{reason}}')),
      panel('Frames', 'ops', 'That left for readers, by event.', q(rate('parley_fanout_frames_total', 'event'), '{{event}}')),
      panel(
        'Messages in a frame',
        'short',
        'The coalescing factor: how many messages share a frame.',
        q(`${rate('parley_fanout_messages_total')} / ${rate('parley_fanout_frames_total', '', 'event="messages"')}`, 'messages'),
      ),
      panel(
        'Socket writes',
        'ops',
        'Frames times their readers, by gateway.',
        q(rate('parley_fanout_socket_writes_total', 'instance'), '{{instance}}'),
      ),
      panel(
        'Through Redis',
        'ops',
        'Events between processes: taken by Redis, refused, arrived.',
        q(rate('parley_fanout_published_total'), 'published'),
        q(rate('parley_fanout_publish_failures_total'), 'failed'),
        q(rate('parley_fanout_received_total'), 'received'),
      ),
      panel(
        'Interruptions',
        'short',
        'Connections to Redis that came back, per hour.',
        q('sum(increase(parley_fanout_interruptions_total[1h]))', 'interruptions'),
      ),
      panel(
        'Repairs',
        'ops',
        'Rooms that had fallen behind, by kind.',
        q(rate('parley_gateway_repairs_total', 'kind'), '{{kind}}'),
        q(rate('parley_gateway_head_check_failures_total'), 'failed comparisons'),
      ),
      panel(
        'Head lag',
        's',
        'How long the room that waits longest is known to be behind.',
        q('max by (instance) (parley_gateway_head_lag_seconds)', '{{instance}}'),
      ),
      panel(
        'Rooms behind',
        'short',
        'Of the rooms that are open.',
        q('sum(parley_gateway_head_lag_rooms)', 'behind'),
        q('sum(parley_gateway_open_rooms)', 'open'),
      ),
      panel(
        'Send buffers',
        'bytes',
        'What waits to be read, by gateway.',
        q('sum by (instance) (parley_gateway_send_buffer_bytes)', '{{instance}}'),
      ),
      panel('Slow sockets', 'short', 'That get only what matters.', q('sum by (instance) (parley_gateway_slow_sockets)', '{{instance}}')),
      panel('Events in flight', 'short', 'Not answered yet.', q('sum by (instance) (parley_gateway_events_in_flight)', '{{instance}}')),
      panel('People', 'short', 'With a connection, by gateway.', q('sum by (instance) (parley_gateway_people)', '{{instance}}')),
    ],
  },
  {
    uid: 'parley-event-log',
    title: 'Parley: event log',
    panels: [
      panel(
        'Lag',
        's',
        'Age of the oldest record that waits, by group.',
        q('max by (topic, group) (parley_event_log_lag_seconds)', '{{group}} {{topic}}'),
      ),
      panel('Waiting records', 'short', 'By group.', q('sum by (topic, group) (parley_event_log_lag_records)', '{{group}} {{topic}}')),
      panel(
        'Delay',
        's',
        'p99 from append to handled, by group.',
        q(quantile(0.99, 'parley_event_log_delay_seconds', 'group'), '{{group}}'),
      ),
      panel(
        'Appends',
        's',
        'p99 until durable, by topic.',
        q(quantile(0.99, 'messaging_client_operation_duration_seconds', 'messaging_destination_name'), '{{messaging_destination_name}}'),
      ),
      panel(
        'Failed appends',
        'ops',
        'By error.',
        q(rate('messaging_client_operation_duration_seconds_count', 'error_type', 'error_type!=""'), '{{error_type}}'),
      ),
      panel(
        'Records in a write',
        'short',
        'How many share a request.',
        q(`${rate('messaging_client_sent_messages_total')} / ${rate('parley_event_log_writes_total')}`, 'records'),
      ),
      panel(
        'Handling',
        's',
        'p99 of a batch, by group.',
        q(quantile(0.99, 'messaging_process_duration_seconds', 'messaging_consumer_group_name'), '{{messaging_consumer_group_name}}'),
      ),
      panel('Given once more', 'ops', 'By group.', q(rate('parley_event_log_redelivered_total', 'group'), '{{group}}')),
      panel(
        'Set aside',
        'short',
        'Records and facts that nobody can handle, per hour.',
        q('sum by (group) (increase(parley_event_log_dead_letters_total[1h]))', '{{group}}'),
        q('sum by (schema) (increase(parley_outbox_parked_total[1h]))', 'parked {{schema}}'),
      ),
      panel('Outboxes', 's', 'Age of the oldest fact, by schema.', q('max by (schema) (parley_outbox_age_seconds)', '{{schema}}')),
    ],
  },
  {
    uid: 'parley-processes',
    title: 'Parley: stores and processes',
    panels: [
      panel('Queries', 'ops', 'By schema.', q(rate('db_client_operation_duration_seconds_count', 'db_namespace'), '{{db_namespace}}')),
      panel(
        'Query time',
        's',
        'p99 by schema.',
        q(quantile(0.99, 'db_client_operation_duration_seconds', 'db_namespace'), '{{db_namespace}}'),
      ),
      panel(
        'Failed queries',
        'ops',
        'By class of SQLSTATE.',
        q(rate('db_client_operation_duration_seconds_count', 'error_type', 'error_type!=""'), '{{error_type}}'),
      ),
      panel(
        'Connections in use',
        'percentunit',
        'Of those that a pool may have.',
        q(
          'sum by (db_client_connection_pool_name) (db_client_connection_count{db_client_connection_state="used"}) / sum by (db_client_connection_pool_name) (db_client_connection_max)',
          '{{db_client_connection_pool_name}}',
        ),
      ),
      panel(
        'Waiting for connections',
        's',
        'p99 by pool.',
        q(quantile(0.99, 'db_client_connection_wait_time_seconds', 'db_client_connection_pool_name'), '{{db_client_connection_pool_name}}'),
      ),
      panel(
        'Work without a connection',
        'short',
        'By pool.',
        q('sum by (db_client_connection_pool_name) (db_client_connection_pending_requests)', '{{db_client_connection_pool_name}}'),
      ),
      panel('Object store', 'ops', 'Failed requests.', q(rate('parley_object_store_errors_total', 'kind'), '{{kind}}')),
      panel(
        'Log-ins',
        'ops',
        'And other attempts, by outcome.',
        q(rate('parley_auth_attempts_total', 'attempt, outcome'), '{{attempt}} {{outcome}}'),
      ),
      panel('Processor', 'short', 'Cores, by process.', q(rate('process_cpu_seconds_total', 'job, instance'), '{{job}} {{instance}}')),
      panel(
        'Memory',
        'bytes',
        'Resident, by process.',
        q('sum by (job, instance) (process_resident_memory_bytes)', '{{job}} {{instance}}'),
      ),
      panel(
        'Event loop lag',
        's',
        'p99 by process.',
        q('max by (job, instance) (nodejs_eventloop_lag_p99_seconds)', '{{job}} {{instance}}'),
      ),
      panel(
        'Garbage collection',
        'percentunit',
        'Part of the time.',
        q(rate('nodejs_gc_duration_seconds_sum', 'job, instance'), '{{job}} {{instance}}'),
      ),
      panel('Open files', 'short', 'By process.', q('max by (job, instance) (process_open_fds)', '{{job}} {{instance}}')),
      panel('Serving', 'short', 'Processes, by service.', q('sum by (job) (parley_serving)', '{{job}}')),
    ],
  },
];

const panelOf = ({ title, unit, description, queries }: PanelPlan, index: number) => ({
  id: index + 1,
  type: 'timeseries',
  title,
  description,
  datasource: SOURCE,
  gridPos: { x: (index % COLUMNS) * WIDTH, y: Math.floor(index / COLUMNS) * HEIGHT, w: WIDTH, h: HEIGHT },
  fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 5, showPoints: 'never' } }, overrides: [] },
  options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  targets: queries.map(({ expr, legend }, at) => ({
    refId: String.fromCodePoint(65 + at),
    datasource: SOURCE,
    expr,
    legendFormat: legend,
  })),
});

const dashboardOf = ({ uid, title, panels }: DashboardPlan) => ({
  uid,
  title,
  tags: ['parley'],
  schemaVersion: 39,
  editable: false,
  refresh: '30s',
  time: { from: 'now-3h', to: 'now' },
  templating: { list: [{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' }] },
  panels: panels.map((each, index) => panelOf(each, index)),
});

/** As Grafana imports them, by file name. */
export const dashboards = (): Record<string, ReturnType<typeof dashboardOf>> =>
  Object.fromEntries(PLANS.map((plan) => [`${plan.uid}.json`, dashboardOf(plan)]));
