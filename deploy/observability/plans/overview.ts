import { OBJECTIVES, ratioRule } from '../objectives.ts';
import { latency, panel, q, quantile, rate, type DashboardPlan } from '../panels.ts';

const http = 'http_server_request_duration_seconds';

export const overview: DashboardPlan = {
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
};
