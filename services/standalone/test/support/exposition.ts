/** A metric as one process shows it. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  /** Names of its labels, of the values that there are. */
  readonly labels: ReadonlySet<string>;
  /** All labels together. */
  readonly sum: number;
}

/** Reads Prometheus's text format. Series of a histogram (`_bucket`, `_sum`, `_count`) belong to its family. */
export function readExposition(text: string): Map<string, Family> {
  const families = new Map<string, { name: string; help: string; type: string; labels: Set<string>; sum: number }>();
  for (const line of text.split('\n')) {
    const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      const family = families.get(name) ?? { name, help: '', type: '', labels: new Set(), sum: 0 };
      if (kind === 'HELP') family.help = rest!;
      else family.type = rest!;
      families.set(name, family);
      continue;
    }
    const [, series, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
    const family = series === undefined ? undefined : (families.get(series) ?? families.get(series.replace(/_(bucket|sum|count)$/, '')));
    if (!family) continue;
    for (const [, label] of labels.matchAll(/(\w+)="/g)) family.labels.add(label!);
    if (series === family.name) family.sum += Number(value);
  }
  return families;
}

/** A counter or gauge that a process shows, or the `_count` of a histogram: all its labels together. */
export async function metricAt(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Names that queries may use: of a histogram its series, not itself. */
export const seriesOf = ({ name, type }: Family): string[] =>
  type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name];

/** The page of all metrics, made of what the services show. */
export function metricsPage(shown: ReadonlyMap<string, ReadonlyMap<string, Family>>): string {
  const all = new Map([...shown.values()].flatMap((families) => [...families]));
  const services = [...shown.keys()].sort();
  const rows = [...all.values()]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, type, help }) => {
      const by = services.filter((service) => shown.get(service)!.has(name));
      return `| \`${name}\` | ${type} | ${by.length === services.length ? 'all' : by.join(', ')} | ${help.replaceAll('|', '\\|')} |`;
    });
  return [
    '# Metrics',
    '',
    'What every service shows at `GET /metrics`, made of what the running services answered: `services/standalone/test/observability.stack.test.ts`',
    'fails when this page is not what they say, and writes it anew with `-u`. In embedded mode one process shows all of them, except those of Redis',
    'and of the questions between services. How they are used: [observability.md](observability.md).',
    '',
    '| metric | type | shown by | what it says |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
