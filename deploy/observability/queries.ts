import { parser } from '@prometheus-io/lezer-promql';
import { dashboards } from './dashboards.ts';
import { ruleFiles } from './rules.ts';

export interface UsedQuery {
  /** For people: where it stands. */
  readonly where: string;
  readonly expr: string;
}

/** Every query of the rules and the dashboards. Grafana's own variables are durations. */
export const usedQueries = (): UsedQuery[] => [
  ...Object.values(ruleFiles())
    .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules))
    .map(({ alert, record, expr }) => ({ where: `rule ${alert ?? record!}`, expr })),
  ...Object.entries(dashboards()).flatMap(([file, { panels }]) =>
    panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => ({ where: `${file}, ${title}`, expr: expr.replaceAll('$__rate_interval', '5m') })),
    ),
  ),
];

export interface ReadQuery {
  /** Series that the query selects, with the labels that it selects them by. */
  readonly selectors: readonly { readonly series: string; readonly labels: readonly string[] }[];
  readonly hasFault: boolean;
}

export function readQuery(expr: string): ReadQuery {
  const selectors: { series: string; labels: string[] }[] = [];
  let hasFault = false;
  parser.parse(expr).iterate({
    enter({ type, node, from, to }) {
      if (type.isError) hasFault = true;
      if (type.name !== 'VectorSelector') return;
      const name = node.getChild('Identifier');
      const labels: string[] = [];
      node
        .getChild('LabelMatchers')
        ?.cursor()
        .iterate(({ name: kind, from: start, to: end }) => {
          if (kind === 'LabelName') labels.push(expr.slice(start, end));
        });
      selectors.push({ series: name ? expr.slice(name.from, name.to) : expr.slice(from, to), labels });
    },
  });
  return { selectors, hasFault };
}
