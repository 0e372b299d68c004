import { resolve } from 'node:path';
import type { OperatorRun } from '../installation/run-for-operator.js';
import { importMessages, importPeople, importPlaces, settle, type Arrivals, type Progress } from './apply-import.js';
import { USAGE, parseImportOptions, type ImportOptions } from './import-options.js';
import { ImportReport } from './import-report.js';
import { openImportTarget } from './import-target.js';
import { PlannedMessages } from './plan-messages.js';
import { planPeople, type PlannedPeople } from './plan-people.js';
import { planPlaces, type PlannedPlaces } from './plan-places.js';
import { mapTables, type MappedTables } from './source-tables.js';
import { SqliteSource } from './sqlite-source.js';

const PROGRESS_MS = 1_000;

/** The whole command. Throws what an operator has to put right, with a message that says all. */
export async function runImport({ args, env, cwd, print, signal }: OperatorRun): Promise<void> {
  const options = parseImportOptions(args);
  if (!options) return print(USAGE);
  using source = SqliteSource.open(resolve(cwd, options.from));
  const tables = mapTables(source.tables, options.names);
  print(`tables: ${describe(tables)}`);
  const report = new ImportReport();
  const people = planPeople(source, tables.users!, options, report);
  if (options.isDryRun) {
    const { places, written } = plan(source, tables, people, options, report);
    print(`would take over ${people.accounts.length} users, ${countOf(places)} and ${written} messages; nothing was written`);
    if (people.accounts[0]) print(`administrator of a new installation: ${people.accounts[0].username}`);
    print('names that are taken in Parley are found out by the real run only');
  } else await importInto(source, tables, people, options, report, { env, print, signal });
  for (const line of report.lines()) print(line);
}

async function importInto(
  source: SqliteSource,
  tables: MappedTables,
  people: PlannedPeople,
  options: ImportOptions,
  report: ImportReport,
  { env, print, signal }: Pick<OperatorRun, 'env' | 'print' | 'signal'>,
): Promise<void> {
  const arrivals: Arrivals = {
    usersCreated: 0,
    usersKnown: 0,
    roomsCreated: 0,
    roomsFound: 0,
    directs: 0,
    messages: 0,
    administrator: undefined,
  };
  const progress = printer(print);
  await using target = await openImportTarget(env);
  progress('users', 0, people.accounts.length);
  const newcomers = await importPeople(people, target, report, arrivals);
  signal.throwIfAborted();
  const { places, messages, written } = plan(source, tables, people, options, report);
  progress('rooms and private chats', 0, places.all.size);
  const roomIds = await importPlaces(places, newcomers, target, arrivals);
  if (messages) {
    const lastIds = await importMessages(messages, roomIds, target, arrivals, { total: written, progress, signal });
    progress('waiting until everything is stored');
    await settle(lastIds, people, newcomers, target, signal);
  }
  print(`users: ${arrivals.usersCreated} created, ${arrivals.usersKnown} were there already`);
  if (arrivals.administrator !== undefined) print(`administrator: ${arrivals.administrator}`);
  print(`rooms: ${arrivals.roomsCreated} created, ${arrivals.roomsFound} were there already; private chats: ${arrivals.directs}`);
  print(`messages: ${arrivals.messages} are there now, those of a former run included`);
}

/** Reads all messages once: who writes in a room is a member of it, and the first one owns it where nobody else does. */
function plan(source: SqliteSource, tables: MappedTables, people: PlannedPeople, options: ImportOptions, report: ImportReport) {
  const places = planPlaces(source, tables, people, options, report);
  const messages = tables.messages && new PlannedMessages(source, tables.messages, people, places, options);
  let written = 0;
  for (const { place, senderId, createdAt } of messages?.read(report) ?? []) {
    written += 1;
    if (place.kind === 'direct') continue;
    place.memberIds.add(senderId);
    place.ownerId ??= senderId;
    if (createdAt < place.createdAt) place.createdAt = createdAt;
  }
  return { places, messages, written };
}

function describe(tables: MappedTables): string {
  return Object.values(tables)
    .filter((table) => table !== undefined)
    .map(
      ({ name, columns }) =>
        `${name} (${Object.entries(columns)
          .map(([field, column]) => `${field}: ${column}`)
          .join(', ')})`,
    )
    .join('; ');
}

function countOf(places: PlannedPlaces): string {
  const directs = [...places.all.values()].filter(({ kind }) => kind === 'direct').length;
  return `${places.all.size - directs} rooms, ${directs} private chats`;
}

/** A line for every step and then one a second. */
function printer(print: (line: string) => void): Progress {
  let next = 0;
  let current = '';
  return (step, done, total) => {
    const isNew = step !== current;
    if (!isNew && Date.now() < next && done !== total) return;
    current = step;
    next = Date.now() + PROGRESS_MS;
    print(done === undefined ? `${step} …` : `${step}: ${done} of ${total}`);
  };
}
