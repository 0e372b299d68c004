export interface Query {
  readonly expr: string;
  /** What the line is called: `{{job}}`. */
  readonly legend: string;
}

export interface PanelPlan {
  readonly title: string;
  readonly unit: 's' | 'reqps' | 'ops' | 'short' | 'bytes' | 'percentunit';
  readonly description: string;
  readonly queries: readonly Query[];
}

export interface DashboardPlan {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly PanelPlan[];
}

/** As long as Grafana finds right for what is on the screen. */
const RANGE = '$__rate_interval';

export const panel = (title: string, unit: PanelPlan['unit'], description: string, ...queries: readonly Query[]): PanelPlan => ({
  title,
  unit,
  description,
  queries,
});
/** One query, and what its line is called: `{{job}}`. */
export const q = (expr: string, legend = ''): Query => ({ expr, legend });
/** Per second, summed up; of a counter or of a histogram's `_count`. */
export const rate = (metric: string, by = '', filter = ''): string =>
  `sum${by && ` by (${by})`} (rate(${metric}${filter && `{${filter}}`}[${RANGE}]))`;
export const quantile = (part: number, metric: string, by = ''): string =>
  `histogram_quantile(${part}, sum by (${['le', by].filter(Boolean).join(', ')}) (rate(${metric}_bucket[${RANGE}])))`;
export const latency = (metric: string, by = ''): Query[] =>
  [0.5, 0.95, 0.99].map((part) => q(quantile(part, metric, by), `p${part * 100}${by && ` {{${by}}}`}`));
