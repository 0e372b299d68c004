import { Media } from '@parley/contracts';
import { eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { pngFile } from '../support/sample-files.js';
import { WHO, type Person, type Who } from './permission-people.js';

/** A room in which everybody stands as his name says, and what is in it. */
export interface Scene {
  readonly roomId: string;
  /** Of an invitation. */
  readonly code: string;
  /** Of the owner, with a picture. */
  readonly messageId: string;
  readonly media: { readonly id: string; readonly name: string };
  /** Of those who could write here once. */
  readonly ownMessages: ReadonlyMap<string, string>;
  /** A member whom others act upon. */
  readonly victim: Person;
  /** Not a member; whom others act upon. */
  readonly outsider: Person;
  readonly owner: Person;
}

/** No room at all, for those who must not see a difference. */
export const nowhere = ({ victim, outsider, owner }: Pick<Scene, 'victim' | 'outsider' | 'owner'>): Scene => ({
  roomId: '0198c0de-0000-7000-8000-0000000000aa',
  code: 'none-of-ours',
  messageId: '0198c0de-0000-7000-8000-0000000000bb',
  media: { id: '0198c0de-0000-7000-8000-0000000000cc', name: 'x.png' },
  ownMessages: new Map(),
  victim,
  outsider,
  owner,
});

export const upload = async (person: Person, path = '/api/media', fields: Record<string, string> = {}): Promise<Response> => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const { name, buffer, mimeType } = pngFile('picture.png', 24, 16);
  form.set('file', new Blob([new Uint8Array(buffer)], { type: mimeType }), name);
  const init = { method: 'POST', body: form };
  return path === '/api/media' ? person.fetch(path, init) : person.visit(path, init);
};

export const accept = (person: Person, code: string): Promise<unknown> =>
  person.http.call('POST /api/invites/{code}', { params: { code } });

const MEMBERS_AT_FIRST = ['removed', 'banned', 'member', 'muted', 'moderator'] as const satisfies readonly Who[];

/** Makes the people of the table once, and a new room for them as often as one is asked for. */
export class Cast implements AsyncDisposable {
  private constructor(
    readonly people: Readonly<Record<Who, Person>>,
    readonly victim: Person,
    readonly outsider: Person,
  ) {}

  /** The administrator is the first account of an installation. */
  static async gather(arrive: () => Promise<Person>): Promise<Cast> {
    const people = { administrator: await arrive() } as Record<Who, Person>;
    for (const who of WHO) people[who] ??= await arrive();
    const cast = new Cast(people, await arrive(), await arrive());
    await people['owner of another room'].http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
    await people['ended session'].endSessions();
    return cast;
  }

  async newScene(visibility: 'public' | 'private'): Promise<Scene> {
    const { people, victim, outsider } = this;
    const { owner } = people;
    const { id } = await owner.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility } });
    const { code } = await owner.http.call('POST /api/chat/rooms/{id}/invites', { params: { id }, body: {} });
    await Promise.all([...MEMBERS_AT_FIRST.map((who) => people[who]), victim].map((person) => accept(person, code)));
    const media = Media.parse(await (await upload(owner)).json());
    const { id: messageId } = (await owner.http.call('POST /api/chat/rooms/{id}/messages', {
      params: { id },
      query: { wait: 'stored' },
      body: { text: 'first', attachments: [media.id] },
    })) as { id: string };
    const say = (person: Person) => person.emit('message:send', { roomId: id, clientMsgId: newClientMsgId(), text: 'mine' });
    const own = await Promise.all(MEMBERS_AT_FIRST.map(async (who) => [people[who].id, (await say(people[who])).messageId] as const));
    await this.decideFates(id);
    const scene = { roomId: id, code, messageId, media: { id: media.id, name: media.name }, victim, outsider, owner };
    return { ...scene, ownMessages: new Map([...own, [owner.id, messageId]]) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const person of [...Object.values(this.people), this.victim, this.outsider]) await person[Symbol.asyncDispose]();
  }

  private async decideFates(id: string): Promise<void> {
    const { owner, removed, banned, muted, moderator } = this.people;
    const params = (person: Person) => ({ id, userId: person.id });
    const mutedUntil = new Date(Date.now() + 3_600_000).toISOString();
    await Promise.all([
      owner.http.call('PUT /api/chat/rooms/{id}/members/{userId}', { params: params(moderator), body: { role: 'moderator' } }),
      owner.http.call('DELETE /api/chat/rooms/{id}/members/{userId}', { params: params(removed) }),
      owner.http.call('DELETE /api/chat/rooms/{id}/members/{userId}', { params: params(banned), query: { ban: 'true' } }),
      owner.http.call('PATCH /api/chat/rooms/{id}/members/{userId}', { params: params(muted), body: { mutedUntil } }),
    ]);
    // They have written, so their gateways remember them as members until they hear of it.
    for (const person of [removed, banned, muted])
      await eventually(() =>
        person.emit('typing', { roomId: id, on: true }).then(
          () => false,
          () => true,
        ),
      );
  }
}
