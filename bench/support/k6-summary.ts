/** What k6 tells at the end of a run, by our own metrics. */
export interface K6Summary {
  readonly counts: Readonly<Record<string, number>>;
  /** Milliseconds. */
  readonly trends: Readonly<Record<string, { readonly median: number; readonly p99: number }>>;
}

interface Exported {
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Reads what `--summary-export` wrote. */
export function readSummary(text: string): K6Summary {
  const own = Object.entries((JSON.parse(text) as Exported).metrics).flatMap(([name, values]) =>
    name.startsWith('parley_') ? [[name.slice('parley_'.length), values] as const] : [],
  );
  return {
    counts: Object.fromEntries(own.filter(([, values]) => 'count' in values).map(([name, values]) => [name, values['count']!])),
    trends: Object.fromEntries(
      own.filter(([, values]) => 'med' in values).map(([name, values]) => [name, { median: values['med']!, p99: values['p(99)']! }]),
    ),
  };
}
