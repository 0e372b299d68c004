import type { Metrics } from '@parley/telemetry';
import type { Readiness } from './readiness.js';

/** What a process stands on, seen from it: also when it still serves without. */
export function watchReadiness(metrics: Metrics, readiness: Readiness): void {
  metrics.gauge({ name: 'parley_serving', help: '1 from the end of the start to the beginning of the stop.' }, () => [
    { value: Number(readiness.isServing) },
  ]);
  metrics.gauge(
    {
      name: 'parley_dependency_up',
      help: 'Whether an engine can be used by this process (1) or not (0), by dependency (kafka, redis, postgres, s3).',
      labelNames: ['dependency'],
    },
    () => readiness.dependencies.map(({ name, isWell }) => ({ labels: { dependency: name }, value: Number(isWell) })),
  );
}
