import { Injectable } from '@nestjs/common';
import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from 'prom-client';
import { TracedHistogram } from './traced-histogram.js';

/** A number that a source gives when it is asked, and what it belongs to. */
export interface Reading<L extends string = string> {
  readonly labels?: Partial<Record<L, string>>;
  readonly value: number;
}

type Read = () => readonly Reading[];
type Described<L extends string> = Pick<GaugeConfiguration<L>, 'name' | 'help' | 'labelNames'>;

/** Upper bounds (s) for what people wait for, as OpenTelemetry has them for HTTP. */
export const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * The numbers of this process. One registry per application, so that several can live in one test. A name may be asked for
 * more than once: services that share a process share its metrics. Labels come from fixed lists, never from input: no ids.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  readonly #sources = new Map<string, Read[]>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string>(configuration: CounterConfiguration<L>): Counter<L> {
    return this.#known<Counter<L>>(configuration.name) ?? new Counter({ ...configuration, registers: [this.registry] });
  }

  histogram<L extends string>(configuration: Omit<HistogramConfiguration<L>, 'collect'>): TracedHistogram<L> {
    const known = this.#known<Histogram>(configuration.name);
    if (known) return new TracedHistogram(known);
    const made = new Histogram({ ...configuration, registers: [], enableExemplars: true });
    this.registry.registerMetric(made); // its constructor has no exemplars in a registry that also writes plain text
    return new TracedHistogram(made);
  }

  /** A gauge whose sources are asked whenever somebody looks. Readings with the same labels are added up. */
  gauge<L extends string>(described: Described<L>, read: () => readonly Reading<L>[]): void {
    const sources = this.#sourcesOf(described.name, read);
    if (sources.length > 1) return;
    new Gauge({
      ...described,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { labels, value } of readAll<L>(sources)) this.inc(labels ?? {}, value);
      },
    });
  }

  /** The same for what only grows and is counted by its source. */
  total<L extends string>(described: Described<L>, read: () => readonly Reading<L>[]): void {
    const sources = this.#sourcesOf(described.name, read);
    if (sources.length > 1) return;
    new Counter({
      ...described,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const { labels, value } of readAll<L>(sources)) this.inc(labels ?? {}, value);
      },
    });
  }

  #known<M>(name: string): M | undefined {
    return this.registry.getSingleMetric(name) as M | undefined;
  }

  #sourcesOf(name: string, read: Read): Read[] {
    const sources = this.#sources.get(name) ?? [];
    sources.push(read);
    this.#sources.set(name, sources);
    return sources;
  }
}

const readAll = <L extends string>(sources: readonly Read[]): readonly Reading<L>[] => sources.flatMap((read) => read()) as Reading<L>[];
