import { ALERTS, type Alert } from './alerts.ts';
import { BURN_RATES, OBJECTIVES, type Objective } from './objectives.ts';
import { annotationsOf } from './rules.ts';

type Series = Readonly<Record<string, string>>;

/** Series under which each objective is missed, and such under which some fail and it is still met. */
const EXPERIENCE: Readonly<Record<string, { readonly missed: Series; readonly met: Series }>> = {
  accepted: {
    missed: sends('0+50x30', '0+50x30'),
    met: sends('0+10000x30', '0+5x30'),
  },
  delivered: slowness('parley_message_delivery_seconds', '0.5'),
  persisted: slowness('parley_message_persist_seconds', '5.0'),
  connected: {
    missed: { parley_gateway_connections_total: '0+50x30', 'parley_gateway_refused_connections_total{code="UNAVAILABLE"}': '0+50x30' },
    met: { parley_gateway_connections_total: '0+50x30', 'parley_gateway_refused_connections_total{code="UNAUTHENTICATED"}': '0+50x30' },
  },
};

function sends(ok: string, failed: string): Series {
  return {
    'parley_gateway_events_total{event="message:send",outcome="ok"}': ok,
    'parley_gateway_events_total{event="message:send",outcome="UNAVAILABLE"}': failed,
    'parley_gateway_events_total{event="message:send",outcome="RATE_LIMITED"}': '0+90x30',
  };
}

function slowness(metric: string, le: string): { missed: Series; met: Series } {
  const of = (all: string, fast: string) => ({ [`${metric}_count`]: all, [`${metric}_bucket{le="${le}"}`]: fast });
  return { missed: of('0+100x30', '0+50x30'), met: of('0+1000x30', '0+995x30') };
}

interface ExpectedAlert {
  readonly exp_labels: Readonly<Record<string, string>>;
  readonly exp_annotations: Readonly<Record<string, string>>;
}

const testOf = (name: string, alert: string, series: Series, at: string, expected: readonly ExpectedAlert[]) => ({
  name,
  interval: '1m',
  input_series: Object.entries(series).map(([metric, values]) => ({ series: metric, values })),
  alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: expected }] as const,
});

function objectiveTests({ name, alert, summary }: Objective) {
  const { missed, met } = EXPERIENCE[name]!;
  const all = BURN_RATES.map(({ severity, long }) => ({
    exp_labels: { objective: name, severity, window: long },
    exp_annotations: annotationsOf(alert, summary),
  }));
  return [testOf(`${alert} fires`, alert, missed, '30m', all), testOf(`${alert} is quiet`, alert, met, '30m', [])];
}

function causeTests({ name, severity, summary, labels, fires, isQuiet }: Alert) {
  const words = summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label]!);
  const expected = [{ exp_labels: { severity, ...labels }, exp_annotations: annotationsOf(name, words) }];
  return [testOf(`${name} fires`, name, fires, '28m', expected), testOf(`${name} is quiet`, name, isQuiet, '28m', [])];
}

const fileOf = (rules: string, tests: readonly ReturnType<typeof testOf>[]) => ({ rule_files: [rules], evaluation_interval: '1m', tests });

/** For `promtool test rules`, by file name: every alert once as it fires, once as it does not. */
export const ruleTests = () => ({
  'objectives.test.yml': fileOf(
    'objectives.yml',
    OBJECTIVES.flatMap((objective) => objectiveTests(objective)),
  ),
  'causes.test.yml': fileOf(
    'causes.yml',
    ALERTS.flatMap((alert) => causeTests(alert)),
  ),
});
