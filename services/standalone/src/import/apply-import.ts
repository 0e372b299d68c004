import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { ImportedMessage } from '@parley/messages';
import type { ImportReport } from './import-report.js';
import { ImportReport as Discarded } from './import-report.js';
import type { ImportTarget } from './import-target.js';
import type { PlannedMessages } from './plan-messages.js';
import type { PlannedPeople } from './plan-people.js';
import type { PlannedPlaces } from './plan-places.js';

/** Messages in one append to the log. */
const BATCH = 500;
const POLL_MS = 50;

/** Told of every step; `done` of `total` where there is something to count. */
export type Progress = (step: string, done?: number, total?: number) => void;

export interface Arrivals {
  usersCreated: number;
  usersKnown: number;
  roomsCreated: number;
  roomsFound: number;
  directs: number;
  messages: number;
  administrator: string | undefined;
}

/** First the accounts: only they tell whose messages and memberships can follow. Answers who is new. */
export async function importPeople(
  people: PlannedPeople,
  target: ImportTarget,
  report: ImportReport,
  arrivals: Arrivals,
): Promise<Set<string>> {
  const newcomers = new Set<string>();
  const { outcomes, administrator } = await target.accounts.import(people.accounts);
  arrivals.administrator = administrator;
  for (const { id, username } of [...people.accounts]) {
    const outcome = outcomes.get(id);
    if (outcome === 'created') newcomers.add(id);
    if (outcome === 'known') arrivals.usersKnown += 1;
    if (outcome !== 'taken') continue;
    report.note('user-name-taken', username);
    people.drop(id);
  }
  arrivals.usersCreated = newcomers.size;
  await target.rooms.enrol(people.accounts.map(({ id }) => id));
  return newcomers;
}

/** Answers the room of each place. */
export async function importPlaces(
  places: PlannedPlaces,
  newcomers: ReadonlySet<string>,
  target: ImportTarget,
  arrivals: Arrivals,
): Promise<Map<string, string>> {
  const roomIds = new Map<string, string>();
  for (const place of places.all.values()) {
    if (place.kind === 'direct') {
      roomIds.set(place.id, await target.rooms.importDirect(...place.pair));
      arrivals.directs += 1;
      continue;
    }
    const { roomId, outcome } = await target.rooms.importRoom({ ...place, memberIds: [...place.memberIds] }, newcomers);
    roomIds.set(place.id, roomId);
    if (outcome === 'created') arrivals.roomsCreated += 1;
    else arrivals.roomsFound += 1;
  }
  return roomIds;
}

/** In the order of the file, which storage keeps; what is stored already is not stored again. */
export async function importMessages(
  messages: PlannedMessages,
  roomIds: ReadonlyMap<string, string>,
  target: ImportTarget,
  arrivals: Arrivals,
  { total, progress, signal }: { total: number; progress: Progress; signal: AbortSignal },
): Promise<Map<string, string>> {
  const lastIds = new Map<string, string>();
  let batch: ImportedMessage[] = [];
  const flush = async () => {
    signal.throwIfAborted();
    const ids = await target.messages.post(batch);
    for (const [index, id] of ids.entries()) lastIds.set(batch[index]!.roomId, id);
    arrivals.messages += batch.length;
    progress('messages', arrivals.messages, total);
    batch = [];
    await nextTurn();
  };
  for (const { place, senderId, clientMsgId, text, createdAt } of messages.read(new Discarded())) {
    batch.push({ roomId: roomIds.get(place.id)!, senderId, clientMsgId, text, createdAt });
    if (batch.length === BATCH) await flush();
  }
  if (batch.length > 0) await flush();
  return lastIds;
}

/** Waits until everything is stored and counted, and marks it as read. */
export async function settle(
  lastIds: ReadonlyMap<string, string>,
  people: PlannedPeople,
  newcomers: ReadonlySet<string>,
  target: ImportTarget,
  signal: AbortSignal,
): Promise<void> {
  const userIds = people.accounts.map(({ id }) => id);
  for (const [roomId, messageId] of lastIds) {
    const seq = await until(() => target.messages.findSeq(roomId, messageId), signal);
    await until(async () => (await target.markers.countedUpTo(roomId)) >= seq || undefined, signal);
    await target.markers.markRead(roomId, userIds, newcomers, seq);
  }
}

/** Asks until there is an answer. The work is done by the services, here or elsewhere; whoever has no patience stops the run. */
async function until<T>(ask: () => Promise<T | undefined>, signal: AbortSignal): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(POLL_MS, undefined, { signal });
  }
}
