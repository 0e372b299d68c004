import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { eventually, pssBytes } from '@parley/testing';
import { searchCapacity } from '../deploy/k6/capacity.ts';
import { obtainK6 } from '../deploy/k6/obtain-k6.ts';
import { runK6, scenarioNames } from '../deploy/k6/run-k6.ts';
import { startHaproxy, type RunningEdge } from '../deploy/stack/haproxy.ts';
import { readSummary, type K6Summary } from './support/k6-summary.ts';
import { markdownTable, provenance, rounded } from './support/report.ts';
import { Services } from './support/services.ts';

/**
 * The scenarios of deploy/k6, one after the other, on distributed mode with two gateways behind haproxy. In `rolling-deploy` every
 * process is replaced once, one after the other, while people write; the edge hears of each before it is stopped, as in a cluster.
 */
const ROOT = path.resolve(import.meta.dirname, '..');
const CACHE = path.join(ROOT, '.cache/stack');
/** Enough for an orchestrator to see that the new process is ready. */
const SETTLE_MS = 2_000;
const DRAIN_MS = 8_000;
/** For those who are half way in; preStop in k8s/base gives them 10 s. */
const PRE_STOP_MS = 5_000;
const SERVING_MS = 60_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    people: { type: 'string', default: '1000' },
    /** Multiplies the people and the messages of every scenario, and the time that it takes. */
    scale: { type: 'string', default: '1' },
    from: { type: 'string', default: '250' },
    /** Writing in `soak`, and in each step of `capacity`. */
    'soak-seconds': { type: 'string', default: '600' },
    'capacity-seconds': { type: 'string', default: '30' },
  },
});
const scale = Number(values.scale);

/** People, messages per second of all together, seconds of joining and of writing. */
const LOADS: Readonly<Record<string, readonly [people: number, rate: number, join: number, seconds: number]>> = {
  smoke: [50, 50, 2, 8],
  steady: [1_000, 100, 20, 30],
  'chat-day': [1_000, 50, 20, 60],
  'hot-room': [1_000, 10, 20, 30],
  'connect-storm': [1_000, 10, 5, 20],
  'reconnect-storm': [1_000, 30, 20, 60],
  'rolling-deploy': [500, 50, 10, 120],
  soak: [500, 20, 20, Number(values['soak-seconds'])],
};
const all = (await scenarioNames()).filter((name) => name in LOADS || name === 'capacity');
const wanted = positionals.length > 0 ? positionals : all;
for (const name of wanted) if (!all.includes(name)) throw new Error(`no scenario ${name}; there are ${all.join(', ')}`);

const entries = <K extends string, V>(record: Readonly<Record<K, V>>) => Object.entries(record) as [K, V][];
const print = (line: string) => console.log(line);
const k6 = await obtainK6(CACHE, print);
const dir = await mkdtemp(path.join(tmpdir(), 'parley-bench-k6-'));
const people = path.join(dir, 'people.json');
try {
  await using services = await Services.start({
    counts: { auth: 1, rooms: 1, messages: 2, media: 1, gateway: 2, web: 1 },
    env: { PARLEY_TRUST_PROXY: 'true' },
    drainMs: DRAIN_MS,
  });
  const backends = Object.fromEntries(
    entries(services.processes).map(([name, each]) => [name, each.map(({ url }) => ({ address: new URL(url).host }))]),
  ) as Record<keyof typeof services.processes, { address: string }[]>;
  const edge = await startHaproxy({ dir: path.join(dir, 'edge'), cacheDir: CACHE, log: print, backends });
  try {
    await mint(services);
    print(`\n${provenance()}; distributed mode with two gateways and two messages processes behind haproxy, k6 on the same machine.\n`);
    const rows: string[][] = [];
    for (const name of wanted) rows.push(await (name === 'capacity' ? capacity(edge.url) : scenario(name, edge, services)));
    print(
      `\n${markdownTable(['scenario', 'acknowledged', 'deliveries', 'ack p50, p99 ms', 'delivery p50, p99 ms', 'connect p50, p99 ms', 'reconnects; p50, p99 s', 'lost, doubled, out of order, refused, stranded', 'memory of services, MB'], rows)}`,
    );
  } finally {
    await edge.stop();
  }
} finally {
  await rm(dir, { recursive: true, force: true, maxRetries: 10 });
}

async function mint({ engines }: Services): Promise<void> {
  const program = path.join(ROOT, 'services/standalone/dist/mint/main.js');
  const env = { PATH: process.env.PATH ?? '', PARLEY_MODE: 'distributed', ...engines };
  await promisify(execFile)(process.execPath, [program, '--people', values.people, '--out', people], { env, cwd: dir });
}

async function scenario(name: string, edge: RunningEdge, services: Services): Promise<string[]> {
  const [count, rate, join, seconds] = LOADS[name]!;
  const isRolling = name === 'rolling-deploy';
  const summary = path.join(dir, `${name}.json`);
  const memory = () =>
    Object.values(services.processes)
      .flat()
      .reduce((sum, { child }) => sum + pssBytes(child.pid), 0);
  const before = memory();
  const settings = {
    PARLEY_URL: edge.url,
    PARLEY_PEOPLE: people,
    PARLEY_COUNT: String(Math.max(1, Math.round(count * scale))),
    PARLEY_RATE: String(rate * scale),
    PARLEY_JOIN_SECONDS: String(Math.ceil(join * Math.max(scale, 0.5))),
    PARLEY_SECONDS: String(Math.ceil(isRolling ? seconds : seconds * Math.max(scale, 0.5))), // replacing takes its time however few there are
  };
  const running = runK6({ k6, scenario: name, settings, args: ['--quiet', '--summary-export', summary] });
  const rolling = isRolling ? roll(services, edge, Number(settings.PARLEY_JOIN_SECONDS) * 1_000) : Promise.resolve();
  const [code] = await Promise.all([running, rolling]);
  print(`${name}: k6 ended with ${code}`);
  return rowOf(name, readSummary(await readFile(summary, 'utf8')), before, memory());
}

/** Every process once, one after the other, as a release does. */
async function roll(services: Services, edge: RunningEdge, afterMs: number): Promise<void> {
  await delay(afterMs);
  for (const [name, each] of entries(services.processes))
    for (const [index, service] of each.entries()) {
      // Of one alone a cluster would start the successor first; here its place is taken.
      if (each.length > 1) {
        await edge.setState(name, index, 'drain');
        await delay(PRE_STOP_MS);
      }
      const { stopMs, startMs } = await services.replace(service);
      await edge.setState(name, index, 'ready');
      await eventually(async () => edge.isServing(name, index), { timeoutMs: SERVING_MS, intervalMs: 100 });
      print(`rolling-deploy: ${name} stopped in ${rounded(stopMs / 1_000)} s, its successor was ready in ${rounded(startMs / 1_000)} s`);
      await delay(SETTLE_MS);
    }
}

async function capacity(url: string): Promise<string[]> {
  const most = Number(values.people);
  const settings = { PARLEY_URL: url, PARLEY_PEOPLE: people, PARLEY_SECONDS: values['capacity-seconds'] };
  const found = await searchCapacity({ k6, settings, args: ['--quiet'], from: Number(values.from), most, print });
  return ['capacity', `${found} people${found === most ? ' and more' : ''}`, ...Array.from({ length: 7 }, () => '')];
}

function rowOf(name: string, { counts, trends }: K6Summary, before: number, after: number): string[] {
  const pair = (metric: string, unit = 1) => {
    const trend = trends[metric];
    return trend ? `${rounded(trend.median / unit)}, ${rounded(trend.p99 / unit)}` : '';
  };
  const count = (metric: string) => (counts[metric] ?? 0).toLocaleString('en-US');
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  return [
    name,
    count('acked'),
    count('delivered'),
    pair('ack_time'),
    pair('delivery_time'),
    pair('connect_time'),
    counts['reconnected'] ? `${count('reconnected')}; ${pair('reconnect_time', 1_000)}` : '',
    ['lost', 'duplicated', 'out_of_order', 'refused', 'stranded'].map(count).join(', '),
    `${megabytes(before)} -> ${megabytes(after)}`,
  ];
}
