import { afterEach, describe, expect, it } from 'vitest';
import { Metrics } from './metrics.js';
import { toOpenMetrics } from './open-metrics.js';
import { inSpan, recordWith } from './tracing.js';

const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
const traceparent = `00-${traceId}-${spanId}-01`;
const SAMPLE =
  /^[a-zA-Z_:][\w:]*(\{\w+="(\\["\\n]|[^"\\])*"(,\w+="(\\["\\n]|[^"\\])*")*\})? (NaN|[+-]Inf|-?[\d.]+(e[+-]\d+)?)( # \{trace_id="\w{32}",span_id="\w{16}"\} [\d.e-]+ [\d.]+)?$/;

/** Names of series, with the labels that tell them apart; bounds as numbers. */
const seriesIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/(\}|^[\w:]+) .*$/, '$1').replace(/\.0"/, '"'))
    .sort();

describe('metrics as OpenMetrics', () => {
  afterEach(() => recordWith(undefined));

  it('are the series of the plain text, in the format’s own grammar, and do not change it', async () => {
    const metrics = new Metrics();
    metrics.counter({ name: 'things_total', help: 'Things, "so called",\nand \\ more.', labelNames: ['kind'] }).inc({ kind: 'a "b"\n\\' });
    metrics.histogram({ name: 'seconds', help: 'Seconds.', labelNames: ['kind'], buckets: [0.5, 5] }).observe({ kind: 'one' }, 1);
    metrics.gauge({ name: 'nothing', help: 'Nothing.' }, () => [{ value: Number.NaN }]);
    const plain = await metrics.registry.metrics();
    const text = await toOpenMetrics(metrics.registry);
    expect(seriesIn(text)).toEqual(seriesIn(plain));
    expect(seriesIn(await metrics.registry.metrics())).toEqual(seriesIn(plain));
    expect(text).toContain(
      '# HELP things Things, \\"so called\\",\\nand \\\\ more.\n# TYPE things counter\nthings_total{kind="a \\"b\\"\\n\\\\"} 1\n',
    );
    expect(text).toContain('seconds_bucket{le="0.5",kind="one"} 0\nseconds_bucket{le="5.0",kind="one"} 1\n');
    const lines = text.split('\n');
    expect(lines.slice(-2)).toEqual(['# EOF', '']);
    for (const line of lines.slice(0, -2).filter((each) => !/^# (HELP|TYPE) /.test(each))) expect(line).toMatch(SAMPLE);
  });

  it('name the trace of the last observation of a bucket: that of the work, or the one that is given', async () => {
    const metrics = new Metrics();
    const seconds = metrics.histogram({ name: 'seconds', help: 'Seconds.', labelNames: ['kind'], buckets: [1, 2] });
    const exemplars = async () =>
      [...(await toOpenMetrics(metrics.registry)).matchAll(/^(seconds_bucket\{.*?\}) \d+ # (.*)$/gm)].map((match) => match.slice(1));
    seconds.observe({ kind: 'untraced' }, 0.5);
    seconds.observe({ kind: 'odd' }, 0.5, 'nonsense');
    expect(await exemplars()).toEqual([]);
    seconds.observe({ kind: 'given' }, 7, traceparent);
    recordWith({ start: () => ({ traceId, spanId, traceparent, isOpen: true, setAttribute: () => undefined, end: () => undefined }) });
    inSpan('work', { kind: 'server', isRoot: true }, () => seconds.observe({ kind: 'own' }, 1.5));
    const trace = `{trace_id="${traceId}",span_id="${spanId}"}`;
    expect(await exemplars()).toEqual([
      ['seconds_bucket{le="+Inf",kind="given"}', expect.stringMatching(new RegExp(`^${trace} 7 \\d{10}(\\.\\d+)?$`))],
      ['seconds_bucket{le="2.0",kind="own"}', expect.stringMatching(new RegExp(`^${trace} 1.5 \\d{10}(\\.\\d+)?$`))],
    ]);
    // Whoever does not ask for them gets the format that has no room for them.
    expect(await metrics.registry.metrics()).not.toContain('trace_id');
  });
});
