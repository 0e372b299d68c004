export * from './metrics.js';
export { OPEN_METRICS_TYPE, toOpenMetrics } from './open-metrics.js';
export * from './start-tracing.js';
export { SAMPLERS } from './tracing-options.js';
export { currentSpan, failureOf, inSpan, inSpans, runIn, startSpan, type Span, type SpanOptions } from './tracing.js';
