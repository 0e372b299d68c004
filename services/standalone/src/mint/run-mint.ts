import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AccountImport, SessionMint } from '@parley/auth';
import { RoomImport } from '@parley/rooms';
import { importedId } from '../import/import-ids.js';
import { openInstallation, type Installation } from '../installation/open-installation.js';
import { OperatorError } from '../installation/operator-error.js';
import type { OperatorRun } from '../installation/run-for-operator.js';
import { USAGE, parseMintOptions, type MintOptions } from './mint-options.js';

/** At once; between two of them a run can be stopped. */
const BATCH = 1_000;
const NO_RUNS = { createdAt: new Date(0) };

/** What the scenarios in deploy/k6 read. */
export interface MintedPeople {
  /** ISO 8601; no token holds after it. */
  readonly tokensEndAt: string;
  /** The room with everybody. */
  readonly lobby: string;
  readonly rooms: readonly string[];
  /** `rooms`: places in the list of rooms. */
  readonly people: readonly { readonly id: string; readonly token: string; readonly rooms: readonly number[] }[];
}

/** The whole command. Throws what an operator has to put right, with a message that says all. */
export async function runMint({ args, env, cwd, print, signal }: OperatorRun): Promise<void> {
  const options = parseMintOptions(args);
  if (!options) return print(USAGE);
  // The longest that a token may hold, whatever the installation is used to.
  await using installation = await openInstallation({ ...env, PARLEY_ACCESS_TOKEN_SECONDS: '3600' });
  const minted = await mint(installation, options, { print, signal });
  const file = resolve(cwd, options.out);
  await writeFile(file, JSON.stringify(minted), { mode: 0o600 });
  print(`${file}: ${options.people} people in ${options.rooms} rooms; their tokens hold until ${minted.tokensEndAt}`);
}

async function mint(
  installation: Installation,
  { people: total, rooms: roomCount, roomsEach, prefix }: MintOptions,
  { print, signal }: Pick<OperatorRun, 'print' | 'signal'>,
): Promise<MintedPeople> {
  const say = (what: string, done: number, of: number) => {
    print(`${what}: ${done} of ${of}`);
    signal.throwIfAborted();
  };
  const idOf = (index: number) => importedId('mint', prefix, String(index));
  const roomsOf = (index: number) =>
    Array.from({ length: roomsEach }, (_, nth) => (index + nth * strideOf(roomCount, roomsEach)) % roomCount);
  const batches = Array.from({ length: Math.ceil(total / BATCH) }, (_, batch) => ({
    begin: batch * BATCH,
    ids: Array.from({ length: Math.min(BATCH, total - batch * BATCH) }, (__, index) => idOf(batch * BATCH + index)),
  }));
  const newcomers = new Set<string>();
  for (const { begin, ids } of batches) {
    const accounts = ids.map((id, index) => {
      const name = `${prefix}_${begin + index}`;
      return { id, username: name, displayName: name, password: null, ...NO_RUNS };
    });
    const { outcomes, administrator } = await installation.get(AccountImport).import(accounts);
    for (const [id, outcome] of outcomes) {
      if (outcome === 'taken') throw new OperatorError(`--prefix ${prefix}: somebody else is called like that; take another one`);
      if (outcome === 'created') newcomers.add(id);
    }
    if (administrator !== undefined)
      print(`${administrator} is the administrator now, because nobody was there: with this, the installation is one for tests`);
    await installation.get(RoomImport).enrol(ids);
    say('people', begin + ids.length, total);
  }
  const everybody = batches.flatMap(({ ids }) => ids);
  const room = async (name: string, memberIds: readonly string[]) => {
    const wanted = {
      id: importedId('mint-room', name),
      name,
      topic: '',
      visibility: 'public',
      ownerId: null,
      memberIds,
      ...NO_RUNS,
    } as const;
    return (await installation.get(RoomImport).importRoom(wanted, newcomers)).roomId;
  };
  const lobby = await room(`${prefix}-lobby-${roomCount}-${roomsEach}`, everybody);
  const rooms: string[] = [];
  const members: string[][] = Array.from({ length: roomCount }, () => []);
  for (const [index, id] of everybody.entries()) for (const place of roomsOf(index)) members[place]!.push(id);
  for (const [index, memberIds] of members.entries()) {
    rooms.push(await room(`${prefix}-${roomCount}-${roomsEach}-${index}`, memberIds));
    if (rooms.length % 100 === 0 || rooms.length === roomCount) say('rooms', rooms.length, roomCount);
  }
  const people: MintedPeople['people'][number][] = [];
  let tokensEndAt = Infinity;
  for (const { begin, ids } of batches) {
    const tokens = await installation.get(SessionMint).mint(ids, 'load test');
    for (const [index, { accessToken, expiresIn }] of tokens.entries()) {
      tokensEndAt = Math.min(tokensEndAt, Date.now() + expiresIn * 1000);
      people.push({ id: ids[index]!, token: accessToken, rooms: roomsOf(begin + index) });
    }
    say('tokens', people.length, total);
  }
  return { tokensEndAt: new Date(tokensEndAt).toISOString(), lobby, rooms, people };
}

/** So far apart that the rooms of one person differ. */
const strideOf = (rooms: number, each: number): number => Math.max(1, Math.floor(rooms / each));
