import type { ImportedRoom } from '@parley/rooms';
import { RoomName, Topic } from '@parley/contracts';
import { importedId } from './import-ids.js';
import type { ImportOptions } from './import-options.js';
import type { ImportReport } from './import-report.js';
import type { PlannedPeople } from './plan-people.js';
import type { MappedTables } from './source-tables.js';
import { parseSourceTime } from './source-time.js';
import type { SourceRow, SqliteSource } from './sqlite-source.js';

/** A room to be; those who write there become members as well. */
export interface PlannedRoom extends Omit<ImportedRoom, 'ownerId' | 'memberIds' | 'createdAt'> {
  readonly kind: 'room';
  createdAt: Date;
  ownerId: string | null;
  readonly memberIds: Set<string>;
}

export interface PlannedDirect {
  readonly kind: 'direct';
  readonly id: string;
  readonly pair: readonly [string, string];
}

export type PlannedPlace = PlannedRoom | PlannedDirect;

/** Where messages of the file go. */
export class PlannedPlaces {
  /** By their id, which is the same in every run. */
  readonly all = new Map<string, PlannedPlace>();
  readonly #byRoomId = new Map<string, PlannedRoom>();
  readonly #byChatId = new Map<string, PlannedPlace>();
  readonly #byName = new Map<string, PlannedRoom>();

  constructor(
    private readonly people: PlannedPeople,
    private readonly options: ImportOptions,
    private readonly report: ImportReport,
  ) {}

  room(idOrName: string): PlannedRoom | undefined {
    return this.#byRoomId.get(idOrName) ?? this.publicRoom(idOrName);
  }

  roomById(id: string): PlannedRoom | undefined {
    return this.#byRoomId.get(id);
  }

  chat(id: string): PlannedPlace | undefined {
    return this.#byChatId.get(id);
  }

  direct(one: string, other: string): PlannedDirect {
    const pair = one < other ? ([one, other] as const) : ([other, one] as const);
    return this.#keep({ kind: 'direct', id: importedId('direct', ...pair), pair });
  }

  /** Of this name without case; undefined when nothing can be called that. */
  publicRoom(name: string, more: Partial<Pick<PlannedRoom, 'topic' | 'createdAt'>> = {}): PlannedRoom | undefined {
    const valid = RoomName.safeParse(name);
    if (!valid.success) return undefined;
    const key = valid.data.normalize('NFC').toLowerCase();
    const known = this.#byName.get(key);
    if (known) return known;
    const made = newRoom(importedId('room', key), valid.data, 'public', more);
    this.#byName.set(key, made);
    return this.#keep(made);
  }

  addRoom(row: SourceRow<'id' | 'name' | 'topic' | 'isPrivate' | 'ownerId' | 'createdAt'>): void {
    const name = (row.name ?? '').trim();
    const topic = Topic.safeParse(row.topic ?? '');
    const createdAt = parseSourceTime(row.createdAt ?? null, this.options.offsetMinutes);
    const more = { topic: topic.success ? topic.data : '', ...(createdAt ? { createdAt } : {}) };
    const isPrivate = /^(?:1|true|yes|t|y)$/i.test(row.isPrivate ?? '');
    const before = this.all.size;
    const room = isPrivate ? this.#privateRoom(['private', row.id ?? name, name], name, more) : this.publicRoom(name, more);
    if (!room) return this.report.note('room-bad-name', name);
    if (!isPrivate && this.all.size === before) this.report.note('room-merged', name);
    if (row.id != null) this.#byRoomId.set(row.id, room);
    const owner = this.people.find(row.ownerId, undefined);
    if (owner !== undefined) room.ownerId ??= owner;
    if (owner !== undefined) room.memberIds.add(owner);
  }

  addMember(roomId: string | null, userId: string | null): void {
    const person = this.people.find(userId, undefined);
    if (roomId !== null && person !== undefined) this.#byRoomId.get(roomId)?.memberIds.add(person);
  }

  /** Two people have a private chat, more a private room. */
  addChat(row: SourceRow<'id' | 'name' | 'createdAt'>, members: readonly string[]): void {
    const id = row.id ?? '';
    const name = (row.name ?? '').trim();
    const [one, other] = members;
    if (one === undefined || other === undefined) return this.report.note('chat-no-pair', name || id);
    if (members.length === 2) {
      this.#byChatId.set(id, this.direct(one, other));
      return;
    }
    this.report.note('chat-not-private', name || id);
    const createdAt = parseSourceTime(row.createdAt ?? null, this.options.offsetMinutes);
    const called = RoomName.safeParse(name).success ? name : `Chat ${id}`;
    const room = this.#privateRoom(['chat', id, name, row.createdAt ?? null], called, createdAt ? { createdAt } : {});
    if (!room) return this.report.note('room-bad-name', name);
    for (const member of members) room.memberIds.add(member);
    this.#byChatId.set(id, room);
  }

  #privateRoom(
    identity: readonly (string | null)[],
    name: string,
    more: Partial<Pick<PlannedRoom, 'topic' | 'createdAt'>>,
  ): PlannedRoom | undefined {
    const valid = RoomName.safeParse(name);
    return valid.success ? this.#keep(newRoom(importedId('room', ...identity), valid.data, 'private', more)) : undefined;
  }

  #keep<P extends PlannedPlace>(place: P): P {
    const known = this.all.get(place.id) as P | undefined;
    if (!known) this.all.set(place.id, place);
    return known ?? place;
  }
}

function newRoom(
  id: string,
  name: string,
  visibility: 'public' | 'private',
  { topic = '', createdAt = new Date() }: Partial<Pick<PlannedRoom, 'topic' | 'createdAt'>>,
): PlannedRoom {
  return { kind: 'room', id, name, topic, visibility, createdAt, ownerId: null, memberIds: new Set() };
}

/** Rooms and chats that have tables of their own; others come to be by their messages. */
export function planPlaces(
  source: SqliteSource,
  { rooms, roomMembers, chats, chatMembers }: MappedTables,
  people: PlannedPeople,
  options: ImportOptions,
  report: ImportReport,
): PlannedPlaces {
  const places = new PlannedPlaces(people, options, report);
  if (rooms) for (const row of source.rows(rooms.name, rooms.columns)) places.addRoom(row as Parameters<PlannedPlaces['addRoom']>[0]);
  if (roomMembers) for (const row of source.rows(roomMembers.name, roomMembers.columns)) places.addMember(row['roomId'], row['userId']);
  if (chats && !chatMembers) {
    for (const row of source.rows(chats.name, chats.columns)) places.addRoom(row as Parameters<PlannedPlaces['addRoom']>[0]);
  } else if (chats && chatMembers) {
    const members = new Map<string, Set<string>>();
    for (const row of source.rows(chatMembers.name, chatMembers.columns)) {
      const person = people.find(row['userId'], undefined);
      if (row['chatId'] === null || person === undefined) continue;
      members.set(row['chatId'], (members.get(row['chatId']) ?? new Set()).add(person));
    }
    for (const row of source.rows(chats.name, chats.columns) as Iterable<Parameters<PlannedPlaces['addChat']>[0]>)
      places.addChat(row, [...(members.get(row.id ?? '') ?? [])]);
  }
  return places;
}
