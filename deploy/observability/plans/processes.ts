import { panel, q, quantile, rate, type DashboardPlan } from '../panels.ts';

export const processes: DashboardPlan = {
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
    panel('Memory', 'bytes', 'Resident, by process.', q('sum by (job, instance) (process_resident_memory_bytes)', '{{job}} {{instance}}')),
    panel('Event loop lag', 's', 'p99 by process.', q('max by (job, instance) (nodejs_eventloop_lag_p99_seconds)', '{{job}} {{instance}}')),
    panel(
      'Garbage collection',
      'percentunit',
      'Part of the time.',
      q(rate('nodejs_gc_duration_seconds_sum', 'job, instance'), '{{job}} {{instance}}'),
    ),
    panel('Open files', 'short', 'By process.', q('max by (job, instance) (process_open_fds)', '{{job}} {{instance}}')),
    panel('Serving', 'short', 'Processes, by service.', q('sum by (job) (parley_serving)', '{{job}}')),
  ],
};
