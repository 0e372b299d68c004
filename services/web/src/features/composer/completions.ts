import { EVERYONE, type Room, type Sender } from '@parley/contracts';
import type { ChatClient } from '../../state/chat-client.js';
import type { RoomTimeline } from '../../state/room-timeline.js';
import { loadEmoji } from '../emoji/load-emoji.js';
import { matchRank, roomReference, type CompletionToken } from './completion-token.js';

/** One thing that may be meant. */
export interface Completion {
  readonly key: string;
  /** What is written in the place of what was typed. */
  readonly insert: string;
  readonly label: string;
  readonly detail?: string;
  readonly avatarUrl?: string;
  /** In place of a picture. */
  readonly sign?: string;
}

const SHOWN = 8;

export interface CompletionPlace {
  readonly client: ChatClient;
  readonly room: Room;
  readonly timeline: RoomTimeline | undefined;
}

/** What is known at once. */
export function knownCompletions(token: CompletionToken, place: CompletionPlace): Completion[] {
  if (token.kind === 'person') return peopleFor(token.query, membersSeen(place), place);
  if (token.kind === 'room') return roomsFor(token.query, joinedRooms(place.client));
  return [];
}

/** With what has to be asked for: everybody, public rooms, the list of emoji. Those from here come first. */
export async function allCompletions(token: CompletionToken, place: CompletionPlace, signal: AbortSignal): Promise<Completion[]> {
  const { client, room } = place;
  switch (token.kind) {
    case 'person': {
      const [members, others] = await Promise.all([
        client.roomMembers.firstPage(room.id),
        token.query === '' ? [] : client.api.users(token.query, signal).then(({ users }) => users),
      ]);
      return unique([...peopleFor(token.query, [...membersSeen(place), ...members], place), ...peopleFor(token.query, others, place)]);
    }
    case 'room': {
      const { rooms } = await client.api.rooms(token.query, undefined, signal);
      return unique([...roomsFor(token.query, joinedRooms(client)), ...roomsFor(token.query, rooms)]);
    }
    case 'emoji': {
      const { emojis } = await loadEmoji();
      return emojiFor(token.query, emojis);
    }
  }
}

/** Whoever wrote here lately, the last one first, and the other one of a private chat. */
function membersSeen({ room, timeline }: CompletionPlace): Sender[] {
  const senders = (timeline?.store.get().messages ?? []).slice(-100).flatMap(({ sender }) => sender ?? []);
  return [...(room.peer ? [room.peer] : []), ...senders.reverse()];
}

function peopleFor(query: string, people: readonly Sender[], { client, room }: CompletionPlace): Completion[] {
  const found = ranked(
    people.filter(({ id }) => id !== client.me.id),
    ({ username, displayName }) => matchRank(query, username, displayName),
  ).map(({ id, username, displayName, avatarUrl }) => ({
    key: id,
    insert: `@${username} `,
    label: displayName,
    detail: `@${username}`,
    avatarUrl,
  }));
  const mayAddressAll = room.role === 'owner' || room.role === 'moderator';
  if (mayAddressAll && matchRank(query, EVERYONE) !== undefined && query !== '')
    found.push({ key: EVERYONE, insert: `@${EVERYONE} `, label: `@${EVERYONE}`, detail: room.name, avatarUrl: '' });
  return unique(found);
}

const joinedRooms = (client: ChatClient): Room[] => [...client.conversations.store.get().values()].map(({ room }) => room);

const roomsFor = (query: string, rooms: readonly Room[]): Completion[] =>
  unique(
    ranked(
      rooms.filter(({ kind, name }) => kind === 'room' && !/[[\]]/.test(name)),
      ({ name }) => matchRank(query, name),
    ).map(({ id, name, topic }) => ({ key: id, insert: `${roomReference(name)} `, label: name, detail: topic, sign: '#' })),
  );

interface EmojiEntry {
  readonly emoji: string;
  readonly label: string;
  readonly tags: readonly string[];
}

const emojiFor = (query: string, emojis: readonly EmojiEntry[]): Completion[] => {
  const words = query.replaceAll('_', ' ');
  return unique(
    ranked(emojis, ({ label, tags }) => {
      const byName = matchRank(words, label);
      const byTag = matchRank(words, ...tags);
      return byName ?? (byTag === undefined ? undefined : byTag + 0.5);
    }).map(({ emoji, label }) => ({ key: emoji, insert: `${emoji} `, label, sign: emoji })),
  );
};

function ranked<T>(all: readonly T[], rankOf: (each: T) => number | undefined): T[] {
  return all
    .flatMap((each) => {
      const rank = rankOf(each);
      return rank === undefined ? [] : [{ each, rank }];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ each }) => each);
}

function unique(completions: readonly Completion[]): Completion[] {
  return [...new Map(completions.toReversed().map((each) => [each.key, each])).values()].reverse().slice(0, SHOWN);
}
