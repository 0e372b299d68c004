/** A series of a rule test: its values as `promtool` writes them, one a minute. */
type Series = Readonly<Record<string, string>>;

/** What is wrong, as opposed to what people feel of it (see `objectives.ts`). */
export interface Alert {
  readonly name: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: 'page' | 'ticket';
  /** May name labels: `{{ $labels.topic }}`. */
  readonly summary: string;
  /** Of what the alert carries when it fires in its test. */
  readonly labels: Readonly<Record<string, string>>;
  readonly fires: Series;
  readonly isQuiet: Series;
}

const lag = 'parley_event_log_lag_seconds';
const queries = 'db_client_operation_duration_seconds_count';
const requests = 'http_server_request_duration_seconds_count';
const questions = 'parley_peer_question_duration_seconds_count';

/** Each service has a metric that it shows from its start, whatever happens. */
const SIGNS: Readonly<Record<string, string>> = {
  auth: 'db_client_connection_max{db_client_connection_pool_name="auth"}',
  rooms: 'db_client_connection_max{db_client_connection_pool_name="rooms"}',
  messages: 'db_client_connection_max{db_client_connection_pool_name="messages"}',
  media: 'db_client_connection_max{db_client_connection_pool_name="media"}',
  gateway: 'parley_gateway_sockets',
};
const missing = Object.entries(SIGNS).map(([service, sign]) => `label_replace(absent(${sign}), "service", "${service}", "", "")`);
const allThere = Object.fromEntries(Object.values(SIGNS).map((sign) => [sign, '6x30']));

export const ALERTS: readonly Alert[] = [
  {
    name: 'ParleyServiceMissing',
    expr: `sum by (service) (${missing.join(' or ')}) > 0`,
    for: '5m',
    severity: 'page',
    summary: 'No process of {{ $labels.service }} is seen',
    labels: { service: 'gateway' },
    fires: Object.fromEntries(Object.entries(allThere).filter(([sign]) => sign !== SIGNS['gateway'])),
    isQuiet: allThere,
  },
  {
    name: 'ParleyDependencyDown',
    expr: 'min by (dependency) (parley_dependency_up) == 0',
    for: '2m',
    severity: 'page',
    summary: 'A process cannot use {{ $labels.dependency }}',
    labels: { dependency: 'kafka' },
    fires: {
      'parley_dependency_up{dependency="kafka",instance="a"}': '0x30',
      'parley_dependency_up{dependency="kafka",instance="b"}': '1x30',
    },
    isQuiet: { 'parley_dependency_up{dependency="kafka",instance="a"}': '1x30' },
  },
  {
    name: 'ParleyMessagesWait',
    expr: `max(${lag}{topic="chat.messages",group="messages"}) > 10`,
    for: '1m',
    severity: 'page',
    summary: 'Accepted messages are not stored',
    labels: {},
    fires: { [`${lag}{topic="chat.messages",group="messages",instance="a"}`]: '0+30x30' },
    isQuiet: {
      [`${lag}{topic="chat.messages",group="messages",instance="a"}`]: '1x30',
      [`${lag}{topic="chat.stored",group="rooms"}`]: '30x30',
    },
  },
  {
    name: 'ParleyConsumerBehind',
    expr: `max by (topic, group) (${lag}{group!="messages"}) > 60`,
    for: '5m',
    severity: 'ticket',
    summary: 'Group {{ $labels.group }} is behind on {{ $labels.topic }}',
    labels: { topic: 'chat.stored', group: 'rooms' },
    fires: { [`${lag}{topic="chat.stored",group="rooms"}`]: '0+30x30' },
    isQuiet: { [`${lag}{topic="chat.stored",group="rooms"}`]: '30x30' },
  },
  {
    name: 'ParleyFactsWait',
    expr: 'max by (schema) (parley_outbox_age_seconds) > 30',
    for: '2m',
    severity: 'ticket',
    summary: 'Facts of {{ $labels.schema }} do not reach the event log',
    labels: { schema: 'rooms' },
    fires: { 'parley_outbox_age_seconds{schema="rooms"}': '0+60x30' },
    isQuiet: { 'parley_outbox_age_seconds{schema="rooms"}': '2x30' },
  },
  {
    name: 'ParleyRecordsSetAside',
    expr: 'sum by (topic, group) (increase(parley_event_log_dead_letters_total[30m])) > 0',
    for: '0m',
    severity: 'ticket',
    summary: 'Group {{ $labels.group }} could not handle records of {{ $labels.topic }}',
    labels: { topic: 'chat.messages', group: 'messages' },
    fires: { 'parley_event_log_dead_letters_total{topic="chat.messages",group="messages"}': '0x25 1x5' },
    isQuiet: { 'parley_event_log_dead_letters_total{topic="chat.messages",group="messages"}': '3x30' },
  },
  {
    name: 'ParleyFactsParked',
    expr: 'sum by (schema) (increase(parley_outbox_parked_total[30m])) > 0',
    for: '0m',
    severity: 'ticket',
    summary: 'The event log will never take some facts of {{ $labels.schema }}',
    labels: { schema: 'auth' },
    fires: { 'parley_outbox_parked_total{schema="auth"}': '0x25 1x5' },
    isQuiet: { 'parley_outbox_parked_total{schema="auth"}': '0x30' },
  },
  {
    name: 'ParleyFanoutLoses',
    expr: 'sum(rate(parley_fanout_publish_failures_total[5m])) > 0.1',
    for: '5m',
    severity: 'ticket',
    summary: 'Redis does not take events for other gateways',
    labels: {},
    fires: { 'parley_fanout_publish_failures_total{instance="a"}': '0+60x30' },
    isQuiet: { 'parley_fanout_publish_failures_total{instance="a"}': '60x30' },
  },
  {
    name: 'ParleyRoomsRepaired',
    expr: 'sum(rate(parley_gateway_repairs_total[10m])) > 0.5',
    for: '10m',
    severity: 'ticket',
    summary: 'Rooms keep falling behind what is stored',
    labels: {},
    fires: { 'parley_gateway_repairs_total{kind="messages"}': '0+60x30' },
    isQuiet: { 'parley_gateway_repairs_total{kind="messages"}': '0+6x30' },
  },
  {
    name: 'ParleyEventLoopLags',
    expr: 'max by (job, instance) (nodejs_eventloop_lag_p99_seconds) > 0.25',
    for: '10m',
    severity: 'ticket',
    summary: 'Process {{ $labels.instance }} of {{ $labels.job }} answers late',
    labels: { job: 'gateway', instance: 'a' },
    fires: { 'nodejs_eventloop_lag_p99_seconds{job="gateway",instance="a"}': '0.4x30' },
    isQuiet: { 'nodejs_eventloop_lag_p99_seconds{job="gateway",instance="a"}': '0.02x30' },
  },
  {
    name: 'ParleyHttpFails',
    expr: `sum by (job) (rate(${requests}{http_response_status_code=~"5.."}[5m])) / sum by (job) (rate(${requests}[5m])) > 0.01`,
    for: '5m',
    severity: 'page',
    summary: 'Requests to {{ $labels.job }} fail',
    labels: { job: 'rooms' },
    fires: {
      [`${requests}{job="rooms",http_response_status_code="200"}`]: '0+100x30',
      [`${requests}{job="rooms",http_response_status_code="503"}`]: '0+5x30',
    },
    isQuiet: {
      [`${requests}{job="rooms",http_response_status_code="200"}`]: '0+100x30',
      [`${requests}{job="rooms",http_response_status_code="404"}`]: '0+50x30',
    },
  },
  {
    name: 'ParleyQuestionsFail',
    expr: `sum by (job) (rate(${questions}{error_type!=""}[5m])) / sum by (job) (rate(${questions}[5m])) > 0.01`,
    for: '5m',
    severity: 'ticket',
    summary: 'Questions of {{ $labels.job }} to other services are not answered',
    labels: { job: 'gateway' },
    fires: {
      [`${questions}{job="gateway",error_type=""}`]: '0+100x30',
      [`${questions}{job="gateway",error_type="UNAVAILABLE"}`]: '0+10x30',
    },
    isQuiet: { [`${questions}{job="gateway",error_type=""}`]: '0+100x30' },
  },
  {
    name: 'ParleyPoolExhausted',
    expr: 'min_over_time(db_client_connection_pending_requests[5m]) > 0',
    for: '5m',
    severity: 'ticket',
    summary: 'Work of {{ $labels.db_client_connection_pool_name }} waits for connections to Postgres',
    labels: { db_client_connection_pool_name: 'messages', instance: 'a' },
    fires: { 'db_client_connection_pending_requests{db_client_connection_pool_name="messages",instance="a"}': '4x30' },
    isQuiet: { 'db_client_connection_pending_requests{db_client_connection_pool_name="messages",instance="a"}': '4 0x29' },
  },
  {
    name: 'ParleyQueriesFail',
    // 23: constraints, on which the storing of what comes twice relies. 40: rolled back and repeated.
    expr: `sum by (db_namespace, error_type) (rate(${queries}{error_type!~"|23|40"}[5m])) > 0.1`,
    for: '5m',
    severity: 'ticket',
    summary: 'Queries of {{ $labels.db_namespace }} fail with {{ $labels.error_type }}',
    labels: { db_namespace: 'messages', error_type: '57' },
    fires: { [`${queries}{db_namespace="messages",error_type="57"}`]: '0+30x30' },
    isQuiet: {
      [`${queries}{db_namespace="messages",error_type="23"}`]: '0+30x30',
      [`${queries}{db_namespace="messages",error_type=""}`]: '0+90x30',
    },
  },
  {
    name: 'ParleyObjectStoreFails',
    expr: 'sum by (kind) (rate(parley_object_store_errors_total[5m])) > 0.05',
    for: '5m',
    severity: 'ticket',
    summary: 'The object store fails ({{ $labels.kind }})',
    labels: { kind: 'connection' },
    fires: { 'parley_object_store_errors_total{kind="connection"}': '0+10x30' },
    isQuiet: { 'parley_object_store_errors_total{kind="connection"}': '0+1x30' },
  },
  {
    name: 'ParleyReadersSlow',
    expr: 'max by (job, instance) (parley_gateway_send_buffer_bytes) > 268435456',
    for: '5m',
    severity: 'ticket',
    summary: 'Gateway {{ $labels.instance }} keeps much for clients that read slowly',
    labels: { job: 'gateway', instance: 'a' },
    fires: { 'parley_gateway_send_buffer_bytes{job="gateway",instance="a"}': '300000000x30' },
    isQuiet: { 'parley_gateway_send_buffer_bytes{job="gateway",instance="a"}': '2000000x30' },
  },
  {
    name: 'ParleyPasswordsGuessed',
    expr: 'sum(rate(parley_auth_attempts_total{attempt="login",outcome=~"INVALID_CREDENTIALS|RATE_LIMITED"}[5m])) > 5',
    for: '5m',
    severity: 'ticket',
    summary: 'Somebody tries many passwords',
    labels: {},
    fires: { 'parley_auth_attempts_total{attempt="login",outcome="INVALID_CREDENTIALS"}': '0+600x30' },
    isQuiet: { 'parley_auth_attempts_total{attempt="login",outcome="INVALID_CREDENTIALS"}': '0+60x30' },
  },
  {
    name: 'ParleyFilesExhausted',
    expr: 'max by (job, instance) (process_open_fds / process_max_fds) > 0.8',
    for: '5m',
    severity: 'page',
    summary: 'Process {{ $labels.instance }} of {{ $labels.job }} soon takes no more connections',
    labels: { job: 'gateway', instance: 'a' },
    fires: { 'process_open_fds{job="gateway",instance="a"}': '950x30', 'process_max_fds{job="gateway",instance="a"}': '1000x30' },
    isQuiet: { 'process_open_fds{job="gateway",instance="a"}': '95x30', 'process_max_fds{job="gateway",instance="a"}': '1000x30' },
  },
];
