import { AsyncLocalStorage } from 'node:async_hooks';

type SpanKind = 'server' | 'client' | 'producer' | 'consumer';
/** What is known of a piece of work. Never what people wrote. */
type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  readonly kind: SpanKind;
  readonly attributes?: SpanAttributes;
  /** `traceparent` of work elsewhere that this belongs to (W3C Trace Context); default: the work that asks. */
  readonly parent?: string | undefined;
  /** `traceparent` of other work that this serves, too. */
  readonly links?: readonly string[];
  /** May begin a trace. Everything else is part of one or of none. */
  readonly isRoot?: boolean;
}

/** Work that is being recorded. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** As it travels to other processes. */
  readonly traceparent: string;
  /** False once it has ended. */
  readonly isOpen: boolean;
  setAttribute(name: string, value: string | number | boolean): void;
  /** `failure`: the error's code or name, never its words. */
  end(failure?: string): void;
}

/** Begins spans, or not, as the sampler decides. */
export interface SpanStarter {
  start(name: string, options: SpanOptions): Span | undefined;
}

const storage = new AsyncLocalStorage<Span>();
let starter: SpanStarter | undefined;

/** Nothing is recorded, and nothing paid for, until this was called; undefined ends it. */
export function recordWith(next: SpanStarter | undefined): void {
  starter = next;
}

/**
 * The span of the work that asks, wherever in its code. Work that outlives its span, like a timer that it started, belongs to
 * none: what one message sets going can go on for ever under load.
 */
export function currentSpan(): Span | undefined {
  if (!starter) return undefined;
  const span = storage.getStore();
  return span?.isOpen ? span : undefined;
}

/** Undefined when nothing is recorded, this is not sampled, or nothing is there that it could belong to. */
export function startSpan(name: string, options: SpanOptions): Span | undefined {
  if (!starter) return undefined;
  const parent = options.parent ?? currentSpan()?.traceparent;
  if (parent === undefined && !options.isRoot) return undefined;
  return starter.start(name, { ...options, parent });
}

export const runIn = <T>(span: Span, work: () => T): T => storage.run(span, work);

/** Runs work in a span of its own, which ends when the work has, also if that is a promise. */
export function inSpan<T>(name: string, options: SpanOptions, work: (span?: Span) => T): T {
  const span = startSpan(name, options);
  if (!span) return work();
  return endingWith([span], () => work(span));
}

/**
 * For work on things that came by several traces: each gets a span. What the work does in turn belongs to the first one, to
 * which the others point.
 */
export function inSpans<T>(name: string, options: SpanOptions, parents: readonly string[], work: () => T): T {
  if (!starter || parents.length === 0) return work();
  const [first, ...others] = [...new Set(parents)];
  const span = startSpan(name, { ...options, parent: first, links: others });
  if (!span) return work();
  const links = [span.traceparent];
  return endingWith([span, ...others.flatMap((parent) => startSpan(name, { ...options, parent, links }) ?? [])], work);
}

function endingWith<T>(spans: readonly [Span, ...Span[]] | readonly Span[], work: () => T): T {
  const end = (failure?: string) => spans.forEach((span) => span.end(failure));
  try {
    const result = storage.run(spans[0]!, work);
    if (result instanceof Promise) {
      result.then(
        () => end(),
        (error: unknown) => end(failureOf(error)),
      );
    } else end();
    return result;
  } catch (error) {
    end(failureOf(error));
    throw error;
  }
}

/** Its code or its name: messages of errors may repeat what somebody wrote. */
export function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
