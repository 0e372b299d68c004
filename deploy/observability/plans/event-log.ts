import { panel, q, quantile, rate, type DashboardPlan } from '../panels.ts';

export const eventLog: DashboardPlan = {
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
    panel('Delay', 's', 'p99 from append to handled, by group.', q(quantile(0.99, 'parley_event_log_delay_seconds', 'group'), '{{group}}')),
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
};
