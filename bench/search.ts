import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findRunningServer } from '@parley/db';
import { ChatClient } from '@parley/testing';
import pg from 'pg';
import { startProduct } from '../services/standalone/test/support/product.ts';
import { markdownTable, provenance, rounded } from './support/report.ts';
import { fillSearch, type FilledWorld } from './support/search-fill.ts';
import { searchMix, type MixedQuery } from './support/search-mix.ts';
import { reindex } from './support/reindex.ts';
import { median, percentile } from './support/statistics.ts';

/**
 * Search over many messages while others are written, the time until a message is found, and history near and far from the
 * newest message; the whole product in embedded mode, over HTTP. With --data-dir what was filled once is used again.
 */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '2000000' },
    rooms: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '60' },
    searchers: { type: 'string', default: '1' },
    writes: { type: 'string', default: '100' },
    'data-dir': { type: 'string' },
  },
});
const PASSWORD = 'a long enough password';
const PEOPLE = ['bench-many', 'bench-few', 'bench-none'] as const;
const WRITERS = 10;
const DEEP = 1_000_000;

const kept = values['data-dir'] === undefined ? undefined : path.resolve(values['data-dir']);
const dataDir = kept ?? (await mkdtemp(path.join(tmpdir(), 'parley-bench-')));
const isFilled = kept !== undefined && existsSync(path.join(kept, 'filled'));
const product = await startProduct({
  dataDir,
  env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn', NODE_ENV: 'production' },
});
try {
  const database = new pg.Client({ connectionString: findRunningServer(dataDir)! });
  database.on('error', () => undefined); // the product stops its server
  await database.connect();
  const clients = await Promise.all(PEOPLE.map((username) => newClient(username)));
  const world = await fillSearch(database, {
    dataDir,
    isFilled,
    messages: Number(values.messages),
    rooms: Number(values.rooms),
    deep: DEEP + 100,
    userIds: clients.map(({ userId }) => userId) as [string, string, string],
  });
  if (!isFilled) console.log(`\nrebuilding the index of ${values.messages} messages: ${rounded(await reindex(dataDir))} s`);
  await database.query('VACUUM (ANALYZE) messages.search_entries');
  console.log(`\nindex: ${await sizes(database)}\n${provenance()}\n`);
  await measureSearch(clients, world);
  await measureHistory(clients[0]!, world);
  await database.end();
} finally {
  await product.stop();
  await product[Symbol.asyncDispose]();
  if (kept === undefined) await rm(dataDir, { recursive: true, force: true });
}

async function newClient(username: string): Promise<ChatClient> {
  const client = new ChatClient({ url: product.url });
  return isFilled ? client.login(username, PASSWORD) : client.register({ username, password: PASSWORD });
}

async function sizes(database: pg.Client): Promise<string> {
  const { rows } = await database.query<{ table: string; words: string; spellings: string }>(
    `SELECT pg_size_pretty(pg_table_size('messages.search_entries')) AS table, pg_size_pretty(pg_relation_size('messages.search_entries_by_words')) AS words,
       (SELECT count(*) FROM messages.search_words) AS spellings`,
  );
  return `rows ${rows[0]!.table}, words ${rows[0]!.words}, ${rows[0]!.spellings} spellings`;
}

async function measureSearch(clients: readonly ChatClient[], world: FilledWorld): Promise<void> {
  const ends = performance.now() + Number(values.seconds) * 1_000;
  const isRunning = () => performance.now() < ends;
  const times = new Map<string, number[]>();
  const lags: number[] = [];
  let written = 0;
  const write = async (text: string) =>
    clients[0]!.http.call('POST /api/chat/rooms/{id}/messages', {
      params: { id: world.roomIds[Math.floor(Math.random() * 1_000)]! },
      body: { text },
    });
  const writers = Array.from({ length: WRITERS }, async () => {
    const everyMs = (WRITERS / Number(values.writes)) * 1_000;
    for (let next = performance.now() + Math.random() * everyMs; isRunning(); next += everyMs) {
      await delay(Math.max(0, next - performance.now()));
      await write(world.sentence());
      written += 1;
    }
  });
  const mix = searchMix(world);
  const searchers = Array.from({ length: Number(values.searchers) }, async (_, searcher) => {
    for (let turn = searcher * 7; isRunning(); turn += 1) {
      const query: MixedQuery = mix[turn % mix.length]!();
      const client = clients[turn % clients.length]!;
      const started = performance.now();
      const { hits } = await client.http.call('GET /api/search', { query: query.query });
      const took = performance.now() - started;
      if (hits.length === 0 && query.finds && client === clients[0]) console.error(`nothing found by ${JSON.stringify(query.query)}`);
      const name = `${query.kind}`;
      times.set(name, [...(times.get(name) ?? []), took]);
      await delay(20);
    }
  });
  const watcher = (async () => {
    while (isRunning()) {
      const word = `lag${Math.random().toString(36).slice(2)}`;
      await write(`is this found: ${word}`);
      const stored = performance.now();
      for (;;) {
        const { hits } = await clients[0]!.http.call('GET /api/search', { query: { q: `"${word}"`, sort: 'time' } });
        if (hits.length > 0) break;
        await delay(25);
      }
      lags.push(performance.now() - stored);
      await delay(250);
    }
  })();
  await Promise.all([...writers, ...searchers, watcher]);
  const all = [...times.values()].flat();
  const row = (name: string, list: number[]) => [
    name,
    String(list.length),
    percentile(list, 0.5).toFixed(0),
    percentile(list, 0.95).toFixed(0),
    percentile(list, 0.99).toFixed(0),
    Math.max(...list).toFixed(0),
  ];
  console.log(
    `${rounded(written / Number(values.seconds))} messages/s written, ${rounded(all.length / Number(values.seconds))} searches/s\n`,
  );
  console.log(
    markdownTable(
      ['what', 'count', 'p50 ms', 'p95 ms', 'p99 ms', 'worst ms'],
      [...[...times].map(([name, list]) => row(name, list)), row('**all searches**', all), row('**from accepted to found**', lags)],
    ),
  );
}

async function measureHistory(client: ChatClient, { deepRoomId, deepHead }: FilledWorld): Promise<void> {
  const times: Record<number, number[]> = { 10: [], [DEEP]: [] };
  for (let round = 0; round < 400; round += 1)
    for (const depth of [10, DEEP]) {
      const started = performance.now();
      await client.http.call('GET /api/chat/rooms/{id}/messages', {
        params: { id: deepRoomId },
        query: { before: String(deepHead - depth - (round % 40)), limit: '50' },
      });
      if (round >= 50) times[depth]!.push(performance.now() - started);
    }
  const row = (depth: number) => [rounded(depth), median(times[depth]!).toFixed(2), percentile(times[depth]!, 0.99).toFixed(2)];
  console.log(`\n${markdownTable(['messages behind the newest', 'p50 ms', 'p99 ms'], [row(10), row(DEEP)])}`);
  console.log(`ratio of the medians: ${(median(times[DEEP]!) / median(times[10]!)).toFixed(3)}`);
}
