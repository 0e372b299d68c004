import { SAMPLERS, startTracing } from '@parley/telemetry';
import { z } from 'zod';
import { configOf, defineConfig, type LoadedConfig } from './config.js';

const Address = z.url({ protocol: /^https?$/, error: 'must be an address like http://otel-collector:4318' });

/** The standard variables of OpenTelemetry that Parley itself looks at; its exporter reads the other `OTEL_EXPORTER_OTLP_*`. */
export const tracingConfig = defineConfig(
  'OTEL_',
  z.object({
    /** Either address switches tracing on. */
    EXPORTER_OTLP_ENDPOINT: Address.optional(),
    /** The same, with the path. */
    EXPORTER_OTLP_TRACES_ENDPOINT: Address.optional(),
    /** `true`: no traces, whatever else is set. */
    SDK_DISABLED: z.stringbool('must be true or false').default(false),
    /** `none`: no traces. */
    TRACES_EXPORTER: z.enum(['otlp', 'none'], 'must be otlp or none').default('otlp'),
    /** Which traces are recorded. */
    TRACES_SAMPLER: z.enum(SAMPLERS, `must be one of ${SAMPLERS.join(', ')}`).default('parentbased_always_on'),
    /** The share of them, for samplers by ratio. */
    TRACES_SAMPLER_ARG: z.coerce.number('must be a number').min(0, 'must be 0 to 1').max(1, 'must be 0 to 1').default(1),
    /** Default: parley-<service>. */
    SERVICE_NAME: z.string().optional(),
    /** Between two exports (ms). */
    BSP_SCHEDULE_DELAY: z.coerce.number('must be a number of ms').int().min(1).optional(),
  }),
);

/** What records and sends traces, for `BootstrapOptions.resources`: nothing unless the operator says where they are to go. */
export async function tracingFrom(config: LoadedConfig, service: string): Promise<AsyncDisposable[]> {
  const tracing = configOf(config, tracingConfig);
  const isWanted = tracing.EXPORTER_OTLP_ENDPOINT !== undefined || tracing.EXPORTER_OTLP_TRACES_ENDPOINT !== undefined;
  if (!isWanted || tracing.SDK_DISABLED || tracing.TRACES_EXPORTER === 'none') return [];
  const started = await startTracing({
    serviceName: tracing.SERVICE_NAME ?? `parley-${service}`,
    sampler: tracing.TRACES_SAMPLER,
    ratio: tracing.TRACES_SAMPLER_ARG,
    exportEveryMs: tracing.BSP_SCHEDULE_DELAY,
  });
  return [started];
}
