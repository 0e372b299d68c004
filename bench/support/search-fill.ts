import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { SeededWords } from './seeded-words.ts';

export interface FillOptions {
  readonly dataDir: string;
  readonly isFilled: boolean;
  readonly messages: number;
  readonly rooms: number;
  /** Messages of the room whose history is read; nobody finds them, rooms said them themselves. */
  readonly deep: number;
  /** Members of three thousand rooms, of thirty private ones, of none. */
  readonly userIds: readonly [many: string, few: string, none: string];
}

export interface FilledWorld {
  /** The first thousands have the person in them who is in many. */
  readonly roomIds: readonly string[];
  readonly senderNames: readonly string[];
  readonly text: SeededWords;
  readonly deepRoomId: string;
  readonly deepHead: number;
  sentence(): string;
}

const YEARS_MS = 2 * 365 * 24 * 60 * 60 * 1000;
const AT_ONCE = 10_000;
const SENDERS = 500;
const MANY = 3_000;
const FEW = 30;

/** The same ids for the same name; the digits of a version 7, as Postgres does not look. */
const idOf = (name: string): string =>
  createHash('sha256')
    .update(name)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{3})(.{3})(.{12}).*$/u, '$1-$2-7$3-8$4-$5');

/** Rooms with people in them and messages of two years, written past the services; three rooms in ten are private. */
export async function fillSearch(database: pg.Client, options: FillOptions): Promise<FilledWorld> {
  const text = new SeededWords(1);
  const roomIds = Array.from({ length: options.rooms }, (_, index) => idOf(`room ${index}`));
  const senderIds = Array.from({ length: SENDERS }, (_, index) => idOf(`sender ${index}`));
  const deepRoomId = idOf('deep');
  if (!options.isFilled) {
    await fillRooms(database, [...roomIds, deepRoomId], options.userIds);
    await fillPeople(database, senderIds);
    await fillMessages(database, text, roomIds, senderIds, options.messages);
    await fillDeepRoom(database, deepRoomId, options.deep);
    await database.query('ANALYZE');
    await writeFile(path.join(options.dataDir, 'filled'), '');
  }
  const live = new SeededWords(1);
  return {
    roomIds,
    senderNames: senderIds.map((_, index) => `sender${index}`),
    text: live,
    deepRoomId,
    deepHead: options.deep,
    sentence: () => live.sentence(),
  };
}

const isPublic = (index: number): boolean => index % 10 < 7;

async function fillRooms(database: pg.Client, roomIds: readonly string[], [many, few]: FillOptions['userIds']): Promise<void> {
  await database.query(
    `INSERT INTO rooms.rooms (id, kind, name, name_key, visibility, created_by, created_at, member_count)
     SELECT id, 'room', 'bench ' || place, 'bench ' || place, CASE WHEN is_public THEN 'public' ELSE 'private' END, $3, now() - interval '3 years', 1
     FROM unnest($1::uuid[], $2::boolean[]) WITH ORDINALITY AS new (id, is_public, place)`,
    [roomIds, roomIds.map((_, index) => isPublic(index)), many],
  );
  const join = (userId: string, ids: readonly string[]) =>
    database.query(
      `INSERT INTO rooms.members (room_id, user_id, role, joined_at, read_seq, read_foreign, last_own_seq) SELECT unnest($1::uuid[]), $2, 'member', now(), 0, 0, 0`,
      [ids, userId],
    );
  await join(many, [...roomIds.slice(0, MANY), roomIds.at(-1)!]);
  await join(few, roomIds.filter((_, index) => !isPublic(index)).slice(0, FEW));
  await database.query(
    `INSERT INTO messages.search_rooms (room_id, is_public) SELECT id, visibility = 'public' FROM rooms.rooms ON CONFLICT DO NOTHING`,
  );
}

async function fillPeople(database: pg.Client, senderIds: readonly string[]): Promise<void> {
  const people = senderIds.map((id, index) => ({
    id,
    username: `sender${index}`,
    displayName: `Sender ${index}`,
    avatarUrl: `/api/users/${id}/avatar`,
  }));
  await database.query(
    `INSERT INTO messages.people (id, sender) SELECT (entry->>'id')::uuid, entry FROM jsonb_array_elements($1::jsonb) AS entry`,
    [JSON.stringify(people)],
  );
}

async function fillMessages(
  database: pg.Client,
  text: SeededWords,
  roomIds: readonly string[],
  senderIds: readonly string[],
  count: number,
): Promise<void> {
  const heads = new Map<string, number>();
  const start = Date.now() - YEARS_MS;
  for (let from = 0; from < count; from += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => {
      // Half of what is written is spread evenly over all rooms, the other half is in the busy ones.
      const roomId = roomIds[Math.floor((text.random() < 0.5 ? text.random() : text.random() ** 4) * roomIds.length)]!;
      const seq = (heads.get(roomId) ?? 0) + 1;
      heads.set(roomId, seq);
      const senderId = senderIds[Math.floor(text.random() ** 2 * senderIds.length)]!;
      const createdAt = new Date(start + ((from + index) / count) * YEARS_MS);
      return { roomId, seq, id: idOf(`message ${from + index}`), senderId, text: text.sentence(), createdAt };
    });
    await database.query(
      `INSERT INTO messages.messages (room_id, seq, id, client_msg_id, kind, sender_id, text, created_at)
       SELECT room_id, seq, id, id::text, 'user', sender_id, text, created_at
       FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[]) AS new (room_id, seq, id, sender_id, text, created_at)`,
      [
        rows.map(({ roomId }) => roomId),
        rows.map(({ seq }) => seq),
        rows.map(({ id }) => id),
        rows.map(({ senderId }) => senderId),
        rows.map((row) => row.text),
        rows.map(({ createdAt }) => createdAt.toISOString()),
      ],
    );
    if (from % 200_000 === 0) console.log(`filled ${from} of ${count}`);
  }
  await database.query(
    `INSERT INTO messages.room_heads (room_id, last_seq) SELECT * FROM unnest($1::uuid[], $2::bigint[])
     ON CONFLICT (room_id) DO UPDATE SET last_seq = excluded.last_seq`,
    [[...heads.keys()], [...heads.values()]],
  );
}

async function fillDeepRoom(database: pg.Client, roomId: string, count: number): Promise<void> {
  await database.query(
    `INSERT INTO messages.messages (room_id, seq, id, client_msg_id, kind, text, created_at)
     SELECT $1, seq, gen_random_uuid(), seq::text, 'system', 'message ' || seq, now() - interval '1 year' FROM generate_series(1, $2::bigint) AS seq`,
    [roomId, count],
  );
  await database.query(`INSERT INTO messages.room_heads (room_id, last_seq) VALUES ($1, $2)`, [roomId, count]);
}
