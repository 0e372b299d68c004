import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';

/** https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md */
export const OPEN_METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

interface Exemplar {
  readonly labelSet: Readonly<Record<string, string>>;
  readonly value: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** Of a histogram the values name their series, and where they come from. */
type Value = MetricValue<string> & { readonly metricName?: string; readonly exemplar?: Exemplar | null };

/**
 * All metrics as OpenMetrics, which has room for exemplars. The library's own writer takes `_total` off the names of counters for
 * good, so that nobody could read them as plain text afterwards.
 */
export async function toOpenMetrics(registry: Registry): Promise<string> {
  return `${(await registry.getMetricsAsJSON()).flatMap(linesOf).join('\n')}\n# EOF\n`;
}

function linesOf({ name, help, type, values }: MetricObjectWithValues<MetricValue<string>>): string[] {
  // Its types say that these are numbers; they are words.
  const kind = String(type);
  const family = kind === 'counter' ? name.replace(/_total$/, '') : name;
  return [
    `# HELP ${family} ${escaped(help)}`,
    `# TYPE ${family} ${kind}`,
    ...(values as readonly Value[]).map(
      ({ metricName = name, labels, value, exemplar }) =>
        `${metricName}${labelsOf(labels as Readonly<Record<string, string | number>>)} ${numeral(value)}${exemplar ? exemplarOf(exemplar) : ''}`,
    ),
  ];
}

const exemplarOf = ({ labelSet, value, timestamp }: Exemplar): string => ` # ${labelsOf(labelSet)} ${numeral(value)} ${timestamp}`;

function labelsOf(labels: Readonly<Record<string, string | number>>): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}="${name === 'le' ? bound(value) : escaped(String(value))}"`);
  return all.length === 0 ? '' : `{${all.join(',')}}`;
}

/** As every Prometheus keeps the bounds of buckets: 5 is `5.0`. */
const bound = (value: string | number): string => (Number.isInteger(Number(value)) ? `${value}.0` : String(value));

const numeral = (value: number): string => (Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? '+Inf' : '-Inf');

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
