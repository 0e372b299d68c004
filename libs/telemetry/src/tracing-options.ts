export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

export interface TracingOptions {
  readonly serviceName: string;
  readonly sampler: SamplerName;
  /** Part of all traces, 0 to 1; for samplers that go by it. */
  readonly ratio: number;
  /** Between two exports; default: the SDK's. */
  readonly exportEveryMs?: number | undefined;
}
