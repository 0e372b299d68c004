import { setTimeout as delay } from 'node:timers/promises';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace, type Span as OtelSpan, type SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes, serviceInstanceIdDetector } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { SamplerName, TracingOptions } from './tracing-options.js';
import { recordWith, type Span, type SpanOptions, type SpanStarter } from './tracing.js';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER };
const LAST_EXPORT_MS = 1_500;
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Spans of the OpenTelemetry SDK, sent by OTLP over HTTP. Loaded only where tracing is on. */
export class OtlpTracing implements SpanStarter, AsyncDisposable {
  readonly #provider: TracerProvider;
  readonly #tracer;

  constructor({ serviceName, sampler, ratio, exportEveryMs }: TracingOptions) {
    // The exporter reads OTEL_EXPORTER_OTLP_* itself, the detector OTEL_RESOURCE_ATTRIBUTES.
    const exporter = new OTLPTraceExporter();
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName, 'service.namespace': 'parley' }).merge(
        detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }),
      ),
      sampler: samplerOf(sampler, ratio),
      spanProcessors: [
        new BatchSpanProcessor({ exporter, ...(exportEveryMs === undefined ? {} : { scheduledDelayMillis: exportEveryMs }) }),
      ],
    });
    this.#tracer = this.#provider.getTracer('parley');
    recordWith(this);
  }

  start(name: string, { kind, attributes, parent, links }: SpanOptions): Span | undefined {
    const context = parent === undefined ? undefined : contextOf(parent);
    const span = this.#tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        ...(attributes ? { attributes } : {}),
        ...(links ? { links: links.flatMap((link) => contextOf(link) ?? []).map((linked) => ({ context: linked })) } : {}),
      },
      context ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT,
    );
    return span.isRecording() ? new RecordedSpan(span) : undefined;
  }

  /** Sends what waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    recordWith(undefined);
    // A collector that is away is no reason not to stop in order, nor one to wait for: the exporter would repeat for 10 s.
    await Promise.race([this.#provider.shutdown().catch(() => undefined), delay(LAST_EXPORT_MS, undefined, { ref: false })]);
  }
}

class RecordedSpan implements Span {
  constructor(private readonly span: OtelSpan) {}

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  get spanId(): string {
    return this.span.spanContext().spanId;
  }

  get traceparent(): string {
    return `00-${this.traceId}-${this.spanId}-01`;
  }

  get isOpen(): boolean {
    return this.span.isRecording();
  }

  setAttribute(name: string, value: string | number | boolean): void {
    this.span.setAttribute(name, value);
  }

  end(failure?: string): void {
    if (failure !== undefined) this.span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', failure);
    this.span.end();
  }
}

/** Undefined for anything that is not the header of this version. */
function contextOf(traceparent: string): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
}

function samplerOf(name: SamplerName, ratio: number): Sampler {
  const root = name.endsWith('always_on')
    ? new AlwaysOnSampler()
    : name.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}
