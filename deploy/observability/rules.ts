import { ALERTS } from './alerts.ts';
import { badRule, BURN_RATES, FAILURES_MIN, OBJECTIVES, ratioRule, WINDOWS, type Objective } from './objectives.ts';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface RulesFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

const RUNBOOKS = 'docs/runbooks';
export const annotationsOf = (name: string, summary: string) => ({ summary, runbook: `${RUNBOOKS}/${name}.md` });

function recordingRules({ name, bad, all }: Objective): Rule[] {
  const labels = { objective: name };
  return [
    ...WINDOWS.map((window) => ({ record: ratioRule(window), labels, expr: `(${bad(window)}) / (${all(window)})` })),
    ...BURN_RATES.map(({ long }) => ({ record: badRule(long), labels, expr: `(${bad(long)}) * ${secondsOf(long)}` })),
  ];
}

function burnRules({ name, alert, target, summary }: Objective): Rule[] {
  const of = (rule: string) => `${rule}{objective="${name}"}`;
  return BURN_RATES.map(({ factor, long, short, severity, for: lasting }) => {
    const limit = Number((factor * (1 - target)).toPrecision(6));
    return {
      alert,
      expr: `${of(ratioRule(long))} > ${limit} and ${of(ratioRule(short))} > ${limit} and ${of(badRule(long))} > ${FAILURES_MIN}`,
      for: lasting,
      labels: { severity, window: long },
      annotations: annotationsOf(alert, summary),
    };
  });
}

/** All rules of Prometheus, by file name: what people feel, and what is behind it. */
export const ruleFiles = (): Record<string, RulesFile> => ({
  'objectives.yml': {
    groups: [
      { name: 'parley-objectives', rules: OBJECTIVES.flatMap((objective) => recordingRules(objective)) },
      { name: 'parley-burn-rates', rules: OBJECTIVES.flatMap((objective) => burnRules(objective)) },
    ],
  },
  'causes.yml': {
    groups: [
      {
        name: 'parley-causes',
        rules: ALERTS.map(({ name, expr, for: lasting, severity, summary }) => ({
          alert: name,
          expr,
          for: lasting,
          labels: { severity },
          annotations: annotationsOf(name, summary),
        })),
      },
    ],
  },
});

/** The same for the Prometheus operator. */
export const prometheusRules = () =>
  Object.entries(ruleFiles()).map(([file, spec]) => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: `parley-${file.replace('.yml', '')}`, namespace: 'parley' },
    spec,
  }));

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 };
const secondsOf = (window: string): number => Number.parseInt(window, 10) * UNITS[window.at(-1)!]!;
