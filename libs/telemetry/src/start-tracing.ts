import type { TracingOptions } from './tracing-options.js';

/** Records spans from now on, in the whole process, until it is disposed of, which sends what waits, within 1.5 s. */
export async function startTracing(options: TracingOptions): Promise<AsyncDisposable> {
  const { OtlpTracing } = await import('./otlp-tracing.js');
  return new OtlpTracing(options);
}
