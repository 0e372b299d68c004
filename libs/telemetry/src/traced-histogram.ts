import type { Histogram, LabelValues } from 'prom-client';
import { currentSpan } from './tracing.js';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-/;

/** A histogram whose buckets name the last recorded trace that fell into them: the way from a slow second to one that was slow. */
export class TracedHistogram<L extends string> {
  constructor(private readonly histogram: Histogram) {}

  /** `traceparent`: of the work that was measured; default: the work that asks. */
  observe(labels: LabelValues<L>, value: number, traceparent = currentSpan()?.traceparent): void {
    const [, traceId, spanId] = (traceparent !== undefined && TRACEPARENT.exec(traceparent)) || [];
    const exemplarLabels: LabelValues<string> = traceId === undefined ? {} : { trace_id: traceId, span_id: spanId! };
    this.histogram.observe({ labels, value, exemplarLabels });
  }
}
