import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currentSpan, inSpan, inSpans, recordWith, type Span, type SpanOptions } from './tracing.js';

interface Recorded extends SpanOptions {
  readonly name: string;
  readonly span: Span;
  failure?: string | undefined;
}

let recorded: Recorded[];

beforeEach(() => {
  recorded = [];
  recordWith({
    start(name, options) {
      const traceId = options.parent?.split('-')[1] ?? `trace${recorded.length}`;
      const spanId = `span${recorded.length}`;
      let isOpen = true;
      const entry: Recorded = {
        name,
        ...options,
        span: {
          traceId,
          spanId,
          traceparent: `00-${traceId}-${spanId}-01`,
          get isOpen() {
            return isOpen;
          },
          setAttribute: () => undefined,
          end(failure) {
            isOpen = false;
            entry.failure = failure;
          },
        },
      };
      recorded.push(entry);
      return entry.span;
    },
  });
});
afterEach(() => recordWith(undefined));

const root = { kind: 'server', isRoot: true } as const;
const part = { kind: 'client' } as const;

describe('tracing', () => {
  it('makes work inside of work its part, and ends each when it is done', async () => {
    const result = await inSpan('outer', root, async () => {
      await delay(1);
      return inSpan('inner', part, async () => 'done');
    });
    expect(result).toBe('done');
    expect(recorded.map(({ name, parent }) => [name, parent])).toEqual([
      ['outer', undefined],
      ['inner', '00-trace0-span0-01'],
    ]);
    expect(recorded.every(({ span }) => !span.isOpen)).toBe(true);
  });

  it('begins no trace for work that cannot begin one', () => {
    expect(inSpan('part', part, (span) => span)).toBeUndefined();
    expect(recorded).toEqual([]);
  });

  it('does not let a timer live on in the trace that started it', async () => {
    let later: Promise<unknown> | undefined;
    await inSpan('short', root, async () => {
      later = delay(5).then(() => inSpan('late', part, () => currentSpan()));
    });
    expect(await later).toBeUndefined();
    expect(recorded.map(({ name }) => name)).toEqual(['short']);
  });

  it('tells a failure by its code or name, never by its words', async () => {
    await expect(
      inSpan('refused', root, async () => Promise.reject(Object.assign(new Error('secret'), { code: 'BUSY' }))),
    ).rejects.toThrow();
    expect(() =>
      inSpan('broken', root, () => {
        throw new TypeError('secret');
      }),
    ).toThrow();
    expect(recorded.map(({ failure }) => failure)).toEqual(['BUSY', 'TypeError']);
  });

  it('gives work for several traces a span in each, and its own parts to the first', async () => {
    await inSpans('batch', part, ['00-a-1-01', '00-b-2-01', '00-a-1-01'], async () => inSpan('query', part, async () => undefined));
    const named = recorded.map(({ name, parent, links }) => ({ name, parent, links }));
    expect(named).toEqual([
      { name: 'batch', parent: '00-a-1-01', links: ['00-b-2-01'] },
      { name: 'batch', parent: '00-b-2-01', links: ['00-a-span0-01'] },
      { name: 'query', parent: '00-a-span0-01', links: undefined },
    ]);
  });

  it('costs nothing and records nothing while nobody wants it', () => {
    recordWith(undefined);
    expect(inSpan('any', root, () => 1)).toBe(1);
    expect(currentSpan()).toBeUndefined();
  });
});
