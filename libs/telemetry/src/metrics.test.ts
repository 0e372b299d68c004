import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.js';

const linesOf = async (metrics: Metrics, name: string) =>
  (await metrics.registry.getSingleMetricAsString(name)).split('\n').filter((line) => line.startsWith(name));

describe('Metrics', () => {
  it('share what is asked for twice', async () => {
    const metrics = new Metrics();
    const described = { name: 'things_total', help: 'Things.', labelNames: ['kind'] as const };
    metrics.counter(described).inc({ kind: 'one' });
    metrics.counter(described).inc({ kind: 'other' });
    expect(await linesOf(metrics, 'things_total')).toEqual(['things_total{kind="one"} 1', 'things_total{kind="other"} 1']);
  });

  it('ask all sources of a gauge whenever somebody looks, and add up what belongs together', async () => {
    const metrics = new Metrics();
    let waiting = 1;
    metrics.gauge({ name: 'waiting', help: 'Waiting.', labelNames: ['queue'] }, () => [{ labels: { queue: 'a' }, value: waiting }]);
    metrics.gauge({ name: 'waiting', help: 'Waiting.', labelNames: ['queue'] }, () => [
      { labels: { queue: 'a' }, value: 10 },
      { labels: { queue: 'b' }, value: 5 },
    ]);
    expect(await linesOf(metrics, 'waiting')).toEqual(['waiting{queue="a"} 11', 'waiting{queue="b"} 5']);
    waiting = 3;
    expect(await linesOf(metrics, 'waiting')).toEqual(['waiting{queue="a"} 13', 'waiting{queue="b"} 5']);
  });

  it('take totals as their sources have them', async () => {
    const metrics = new Metrics();
    let published = 7;
    metrics.total({ name: 'published_total', help: 'Published.' }, () => [{ value: published }]);
    await linesOf(metrics, 'published_total');
    published = 9;
    expect(await linesOf(metrics, 'published_total')).toEqual(['published_total 9']);
  });
});
