import { Injectable, Logger } from '@nestjs/common';
import { PEOPLE_LISTED_MAX, QuestionGatherer, RoomAccess, type Membership } from '@parley/chat';
import type { RoomRole } from '@parley/contracts';
import { Person } from './person.js';

/** Who went is remembered for this long, so that a crowd that reconnects does not ask for its rooms again (ms). */
const LINGER_MS = 60_000;
const LINGERING_MAX = 20_000;
/** While a crowd comes, rooms are read together, once in this time (ms). */
const LOAD_WINDOW_MS = 50;

/** The people connected to this gateway and the rooms they are members of; both directions, nothing of anybody else. */
@Injectable()
export class ConnectedPeople {
  private readonly logger = new Logger(ConnectedPeople.name);
  private readonly people = new Map<string, Person>();
  private readonly members = new Map<string, Set<Person>>();
  private readonly roomLists: QuestionGatherer<string, Membership[]>;

  constructor(access: RoomAccess) {
    this.roomLists = new QuestionGatherer((userIds) => access.listMemberships(userIds), {
      most: PEOPLE_LISTED_MAX,
      windowMs: LOAD_WINDOW_MS,
    });
  }

  get size(): number {
    return this.people.size;
  }

  find(userId: string): Person | undefined {
    return this.people.get(userId);
  }

  /** One more connection of somebody; `depart` must follow when it ends. */
  arrive(userId: string): Person {
    let person = this.people.get(userId);
    if (!person) this.people.set(userId, (person = new Person(userId)));
    person.connections += 1;
    person.leftAt = undefined;
    return person;
  }

  depart(person: Person): void {
    person.connections -= 1;
    if (person.connections === 0) person.leftAt = performance.now();
  }

  /** Those connected here who are members of the room, as far as is known. */
  membersOf(roomId: string): ReadonlySet<Person> | undefined {
    return this.members.get(roomId);
  }

  /** Reads the rooms of a person who has just come, if that was not done yet. Never rejects; `sweep` tries again. */
  async load(person: Person): Promise<void> {
    if (!person.isLoaded) await (person.loading ??= this.read(person).finally(() => (person.loading = undefined)));
  }

  /** Somebody became a member, or got another role. */
  joined(userId: string, roomId: string, role: RoomRole): void {
    const person = this.people.get(userId);
    if (!person) return;
    person.changes?.add(roomId);
    this.index(person, roomId, role);
  }

  left(userId: string, roomId: string): void {
    const person = this.people.get(userId);
    if (!person) return;
    person.changes?.add(roomId);
    person.rooms.delete(roomId);
    this.unindex(person, roomId);
  }

  /** Forgets who is gone for good, and reads again what could not be read. */
  sweep(now: number): void {
    let lingering = 0;
    for (const person of this.people.values()) if (person.leftAt !== undefined) lingering += 1;
    for (const person of this.people.values()) {
      if (person.leftAt === undefined) {
        void this.load(person);
      } else if (now - person.leftAt >= LINGER_MS || lingering > LINGERING_MAX) {
        lingering -= 1;
        this.forget(person);
      }
    }
  }

  private async read(person: Person): Promise<void> {
    const changes = new Set<string>();
    person.changes = changes;
    try {
      const memberships = await this.roomLists.ask(person.userId);
      if (this.people.get(person.userId) !== person) return;
      for (const { roomId, role } of memberships) if (!changes.has(roomId)) this.index(person, roomId, role);
      person.isLoaded = true;
    } catch (error) {
      this.logger.warn('the rooms of a person could not be read; trying again', error);
    } finally {
      person.changes = undefined;
    }
  }

  private forget(person: Person): void {
    this.people.delete(person.userId);
    for (const roomId of person.rooms.keys()) this.unindex(person, roomId);
  }

  private index(person: Person, roomId: string, role: RoomRole): void {
    person.rooms.set(roomId, role);
    const members = this.members.get(roomId);
    if (members) members.add(person);
    else this.members.set(roomId, new Set([person]));
  }

  private unindex(person: Person, roomId: string): void {
    const members = this.members.get(roomId);
    members?.delete(person);
    if (members?.size === 0) this.members.delete(roomId);
  }
}
