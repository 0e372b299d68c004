import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { obtainK6 } from '../../../deploy/k6/obtain-k6.ts';
import { THRESHOLDS_CROSSED, runK6 } from '../../../deploy/k6/run-k6.ts';
import type { MintedPeople } from '../src/mint/run-mint.js';
import { Constellation } from './support/constellation.js';
import { Liar, type Lie } from './support/liar.js';
import { areEnginesThere, engines } from './support/real-stack.js';

const CACHE = path.resolve(import.meta.dirname, '../../../.cache/stack');
const MINT = path.resolve(import.meta.dirname, '../dist/mint/main.js');
const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Resolves to undefined where it cannot be had and need not be there. */
async function findK6(): Promise<string | undefined> {
  try {
    return await obtainK6(CACHE, say);
  } catch (error) {
    if (process.env['PARLEY_STACK'] === 'required') throw error;
    say(`!!! LOAD TESTS ARE SKIPPED !!! ${(error as Error).message}`);
    return undefined;
  }
}

const k6 = await findK6();

/** Runs a scenario and answers how it ended, and the counts of its summary by their names. */
async function load(scenario: string, settings: Readonly<Record<string, string>>) {
  let output = '';
  const code = await runK6({ k6: k6!, scenario, settings, onOutput: (text) => (output += text) });
  const counts = Object.fromEntries([...output.matchAll(/^\s+parley_(\w+)\.*: (\d+) /gm)].map(([, name, count]) => [name, Number(count)]));
  return { code, counts, output };
}

describe.skipIf(k6 === undefined)('load tests with k6', () => {
  let folder: string;
  const quick = {
    PARLEY_COUNT: '4',
    PARLEY_SECONDS: '2',
    PARLEY_RATE: '30',
    PARLEY_JOIN_SECONDS: '0',
    PARLEY_PEOPLE_PER_VU: '2',
    PARLEY_PATIENCE_SECONDS: '2',
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'parley-load-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const strangers = async (tokens: readonly string[]): Promise<string> => {
    const file = path.join(folder, `${randomUUID()}.json`);
    const people = tokens.map((token) => ({ id: token, token, rooms: [0] }));
    await writeFile(file, JSON.stringify({ tokensEndAt: new Date().toISOString(), lobby: randomUUID(), rooms: [randomUUID()], people }));
    return file;
  };

  /** What it shows as, and whether that is a failure: what clients can mend is none. */
  const lies: [Lie, string, number][] = [
    ['none', 'delivered', 0],
    ['skips', 'repaired', 0],
    ['loses', 'lost', THRESHOLDS_CROSSED],
    ['forgets', 'lost', THRESHOLDS_CROSSED],
    ['doubles', 'duplicated', THRESHOLDS_CROSSED],
    ['reorders', 'out_of_order', THRESHOLDS_CROSSED],
    ['mends', 'mended', 0],
    ['dawdles', 'delivered', 0],
  ];

  it.concurrent.each(lies)('speak with a stock Socket.IO server; when it does wrong (%s), count it as %s', async (lie, metric, ending) => {
    await using server = await Liar.start(lie);
    const file = await strangers(Array.from({ length: 4 }, () => randomUUID()));
    const { code, counts, output } = await load('smoke', { ...quick, PARLEY_URL: server.url, PARLEY_PEOPLE: file });
    expect(counts['acked'], output).toBeGreaterThan(30);
    expect(counts[metric], output).toBeGreaterThan(0);
    expect(code, output).toBe(ending);
    if (ending === 0) return expect(counts).toMatchObject({ lost: 0, duplicated: 0, out_of_order: 0, stranded: 0 });
    expect(output).toMatch(
      new RegExp(`${metric.replaceAll('_', ' ')}: at=\\S+ person=[0-9a-f-]{36} room=[0-9a-f-]{36} (seq|clientMsgId)=`),
    );
  });

  it.concurrent('come back to rooms that are refused at first, and miss nothing', async () => {
    await using server = await Liar.start('refuses');
    const file = await strangers(Array.from({ length: 4 }, () => randomUUID()));
    const { code, counts, output } = await load('reconnect-storm', { ...quick, PARLEY_URL: server.url, PARLEY_PEOPLE: file });
    expect(counts, output).toMatchObject({ reconnected: 4, lost: 0, stranded: 0 });
    expect(code, output).toBe(0);
  });

  it.concurrent('fail when nobody is let in', async () => {
    await using server = await Liar.start('none');
    const { code, counts } = await load('smoke', {
      ...quick,
      PARLEY_URL: server.url,
      PARLEY_PEOPLE: await strangers(['refused', 'refused']),
    });
    expect(counts).toMatchObject({ lost: 0, stranded: 2 });
    expect(counts['connect_failed']).toBeGreaterThan(0);
    expect(code).toBe(THRESHOLDS_CROSSED);
  });

  it.skipIf(!areEnginesThere)(
    'smoke: two gateways lose, double and reorder nothing',
    async () => {
      await using constellation = await Constellation.start({ auth: 1, rooms: 1, messages: 2, gateway: 2 }, await engines());
      const file = path.join(folder, 'people.json');
      const mint = async (people: number): Promise<MintedPeople> => {
        const size = ['--people', String(people), '--rooms', '5', '--rooms-each', '2'];
        const prefix = `s${Date.now().toString(36)}`.slice(0, 12);
        const env = { PATH: process.env['PATH'] ?? '', ...constellation.env, PARLEY_MODE: 'distributed' };
        // As a process of its own: it has to end, too.
        await promisify(execFile)(process.execPath, [MINT, ...size, '--prefix', prefix, '--out', file], {
          env,
          cwd: folder,
          timeout: 60_000,
        });
        return JSON.parse(await readFile(file, 'utf8')) as MintedPeople;
      };
      const minted = await mint(40);
      expect(minted.rooms).toHaveLength(5);
      expect(new Set(minted.people.map(({ token }) => token)).size).toBe(40);
      for (const { rooms } of minted.people) expect(new Set(rooms).size).toBe(2);

      const { code, counts, output } = await load('smoke', {
        PARLEY_URL: constellation.url,
        PARLEY_PEOPLE: file,
        PARLEY_COUNT: '40',
        PARLEY_SECONDS: '6',
      });
      expect(code, output).toBe(0);
      expect(counts).toMatchObject({ lost: 0, duplicated: 0, out_of_order: 0, refused: 0, acked: counts['sent'] });
      say(
        `k6 smoke: 40 people at two gateways, ${counts['acked']} sent, ${counts['delivered']} delivered, 0 lost, 0 doubled, 0 out of order`,
      );
    },
    120_000,
  );
});
