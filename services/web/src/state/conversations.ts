import type {
  Activity,
  Conversation,
  FavouriteChange,
  MemberChange,
  Message,
  Notifications,
  OpenedRoom,
  ReadMoved,
  Room,
} from '@parley/contracts';
import { previewOf } from './markdown.js';
import { Store } from './store.js';

/** A conversation as it is carried on here. */
interface Entry extends Conversation {
  /** Up to there `unreadCount` counts already, where that is beyond the head that was heard of. */
  readonly counted?: number;
}

export type ConversationMap = ReadonlyMap<string, Entry>;

type Change = (entry: Entry) => Entry;

/**
 * The sidebar: joined rooms and started private chats with preview and unread count. The server's numbers are the
 * truth; between two of its answers they are carried on by what comes live.
 */
export class Conversations {
  readonly store = new Store<ConversationMap>(new Map());
  /** What happened since the list was asked for, by room: the answer may be older or newer than that. undefined: it was not asked for. */
  private meanwhile: Map<string, Change[]> | undefined;
  /** The same of favourites alone. */
  private readonly newFavourites = new Map<string, boolean>();

  constructor(
    private readonly ownUserId: string,
    /** Something happened in a conversation that is not in the list: it has to be fetched. */
    private readonly onUnknown: () => void,
  ) {}

  /** The list is being asked for; `replaceAll` takes the answer. */
  beginLoad(): void {
    this.meanwhile = new Map();
    this.newFavourites.clear();
  }

  replaceAll(conversations: readonly Conversation[]): void {
    const known = this.store.get();
    const next = new Map<string, Entry>(conversations.map((conversation) => [conversation.room.id, conversation]));
    for (const [roomId, changes] of this.meanwhile ?? []) {
      const before = known.get(roomId);
      const loaded = next.get(roomId);
      if (!before) next.delete(roomId);
      // Once more, on top of the answer: whatever that knows already changes nothing.
      else next.set(roomId, loaded ? changes.reduce((conversation, change) => change(conversation), loaded) : before);
    }
    this.meanwhile = undefined;
    for (const [roomId, favourite] of this.newFavourites) {
      const loaded = next.get(roomId);
      if (loaded) next.set(roomId, { ...loaded, favourite });
    }
    this.store.set(next);
  }

  /** A room that this person just joined, created or wrote the first message in. */
  add(room: Room): void {
    if (this.store.get().has(room.id)) return this.change(room.id, (conversation) => ({ ...conversation, room }));
    const fresh: Conversation = {
      room,
      lastMessage: null,
      head: room.head,
      readSeq: room.head,
      unreadCount: 0,
      mentionCount: 0,
      notify: 'all',
      mutedUntil: null,
      favourite: false,
    };
    this.remember(room.id);
    this.store.set(new Map(this.store.get()).set(room.id, fresh));
  }

  /** `room:changed` goes to everyone, so what it says about membership is not about this reader. */
  applySharedRoom(room: Room): void {
    this.change(room.id, (conversation) => {
      const { joined, role, peer, memberCount, memberRev } = conversation.room;
      const name = room.kind === 'direct' ? conversation.room.name : room.name;
      // Of two counts without a number nobody knows which one is older.
      const count = memberRev === undefined ? {} : { memberCount, memberRev };
      return { ...conversation, room: { ...room, name, joined, role, ...count, ...(peer ? { peer } : {}) } };
    });
  }

  remove(roomId: string): void {
    if (!this.store.get().has(roomId)) return;
    const next = new Map(this.store.get());
    next.delete(roomId);
    this.remember(roomId);
    this.store.set(next);
  }

  applyMember(change: MemberChange): void {
    if (change.userId === this.ownUserId) {
      if (change.change === 'joined') this.onUnknown();
      else if (change.change === 'role' || change.change === 'muted')
        this.change(change.roomId, (entry) => ({ ...entry, room: { ...entry.room, role: change.role } }));
      else this.remove(change.roomId);
      return;
    }
    if (change.memberRev !== undefined) return this.applyMemberCount(change);
    // From a service that is not upgraded yet.
    const step = change.change === 'joined' ? 1 : change.change === 'role' || change.change === 'muted' ? 0 : -1;
    const count: Change = (entry) => ({ ...entry, room: { ...entry.room, memberCount: Math.max(0, entry.room.memberCount + step) } });
    this.change(change.roomId, count, { isCounted: true });
  }

  /** How many are in a room, as somebody says who has the number of the change. */
  applyMemberCount({ roomId, memberCount, memberRev }: Pick<OpenedRoom, 'roomId' | 'memberCount' | 'memberRev'>): void {
    if (memberCount === undefined || memberRev === undefined) return;
    this.change(roomId, (entry) =>
      memberRev <= (entry.room.memberRev ?? -1) ? entry : { ...entry, room: { ...entry.room, memberCount, memberRev } },
    );
  }

  applyActivity({ rooms }: Activity, now: Date): void {
    for (const { roomId, head, preview, announcement, mention, neverUnread = [] } of rooms) {
      const known = this.store.get().get(roomId);
      if (!known) this.onUnknown();
      else
        this.change(roomId, (entry) =>
          head <= entry.head
            ? entry
            : {
                ...entry,
                head,
                lastMessage: { seq: head, sender: null, preview, ...(announcement ? { announcement } : {}), createdAt: now.toISOString() },
                unreadCount: entry.unreadCount + unreadAfter(countedUpTo(entry), head, neverUnread),
                mentionCount: entry.mentionCount + (mention && head > countedUpTo(entry) ? 1 : 0),
              },
        );
    }
  }

  /** Messages that an open room got, in order. */
  applyMessages(roomId: string, messages: readonly Message[]): void {
    const newest = messages.at(-1);
    if (!newest) return;
    this.change(roomId, (entry) => {
      if (newest.seq < entry.head) return entry;
      const fresh = messages.filter((message) => message.seq > countedUpTo(entry));
      const unread = fresh.filter((message) => message.kind === 'user' && message.sender?.id !== this.ownUserId);
      return {
        ...entry,
        head: newest.seq,
        lastMessage: lastMessageOf(newest),
        unreadCount: entry.unreadCount + unread.length,
        mentionCount: entry.mentionCount + unread.filter((message) => message.mentions.userIds.includes(this.ownUserId)).length,
      };
    });
  }

  /** The newest message may read otherwise now. */
  applyChange(message: Message): void {
    this.change(message.roomId, (entry) =>
      entry.lastMessage?.seq === message.seq ? { ...entry, lastMessage: lastMessageOf(message) } : entry,
    );
  }

  applyRead(moved: ReadMoved): void {
    this.applyReads([moved]);
  }

  /** Many at once are one change of the list. */
  applyReads(moves: readonly ReadMoved[]): void {
    const next = new Map(this.store.get());
    for (const moved of moves) {
      const known = next.get(moved.roomId);
      if (!known) continue;
      const move: Change = (entry) => (isOlder(moved, entry) ? entry : movedTo(entry, moved));
      this.remember(moved.roomId, move);
      next.set(moved.roomId, move(known));
    }
    this.store.set(next);
  }

  applyFavourite({ roomId, favourite }: FavouriteChange): void {
    this.newFavourites.set(roomId, favourite);
    if (this.store.get().has(roomId)) this.change(roomId, (entry) => ({ ...entry, favourite }));
    else if (favourite) this.onUnknown();
  }

  /** What this person wants to be told of it. */
  applyNotifications(roomId: string, { notify, mutedUntil }: Notifications): void {
    this.change(roomId, (entry) => ({ ...entry, notify, mutedUntil }));
  }

  /** This device showed everything up to `seq`. */
  markRead(roomId: string, seq: number): void {
    this.change(roomId, (entry) => {
      if (seq <= entry.readSeq) return entry;
      const isAllRead = seq >= entry.head;
      return {
        ...entry,
        readSeq: seq,
        unreadCount: isAllRead ? 0 : Math.min(entry.unreadCount, entry.head - seq),
        mentionCount: isAllRead ? 0 : entry.mentionCount,
      };
    });
  }

  /** `isCounted`: not the same when it is done twice, so the answer's word is taken instead. */
  private change(roomId: string, change: Change, { isCounted = false } = {}): void {
    const known = this.store.get().get(roomId);
    if (!known) return;
    const changed = change(known);
    if (changed === known) return;
    this.remember(roomId, isCounted ? undefined : change);
    this.store.set(new Map(this.store.get()).set(roomId, changed));
  }

  private remember(roomId: string, change?: Change): void {
    if (!this.meanwhile) return;
    const before = this.meanwhile.get(roomId) ?? [];
    this.meanwhile.set(roomId, change ? [...before, change] : before);
  }
}

function lastMessageOf(message: Message): NonNullable<Conversation['lastMessage']> {
  const { seq, sender, announcement, createdAt } = message;
  return { seq, sender, preview: previewOf(message), ...(announcement ? { announcement } : {}), createdAt };
}

/** News of markers comes in any order: several processes tell it. */
function isOlder(moved: ReadMoved, entry: Entry): boolean {
  if (moved.readEra === undefined || entry.readEra === undefined) return false; // from a service that is not upgraded yet
  if (moved.readEra !== entry.readEra) return moved.readEra < entry.readEra;
  if (moved.readSeq !== entry.readSeq) return moved.readSeq < entry.readSeq;
  return moved.head !== undefined && moved.head < countedUpTo(entry);
}

function movedTo(entry: Entry, { readSeq, readEra, unreadCount, mentionCount, head = entry.head }: ReadMoved): Entry {
  // What came after it was counted is taken for unread; the next news knows better.
  const later = Math.max(0, entry.head - Math.max(head, readSeq));
  const counted = Math.max(head, entry.head);
  return { ...entry, readSeq, ...(readEra === undefined ? {} : { readEra }), unreadCount: unreadCount + later, mentionCount, counted };
}

const countedUpTo = ({ head, readSeq, counted = 0 }: Entry): number => Math.max(head, readSeq, counted);

/** How many messages after `known` and up to `head` are unread. */
const unreadAfter = (known: number, head: number, neverUnread: readonly number[]): number =>
  Math.max(0, head - known - neverUnread.filter((seq) => seq > known && seq <= head).length);

const activityTime = (conversation: Conversation) => Date.parse(conversation.lastMessage?.createdAt ?? conversation.room.createdAt);

/** Newest activity first. */
export function sortedByActivity(conversations: ConversationMap): Conversation[] {
  return [...conversations.values()].sort((a, b) => activityTime(b) - activityTime(a) || a.room.name.localeCompare(b.room.name));
}

export interface Unread {
  /** Messages in private chats, and those that mention this person. */
  readonly forMe: number;
  /** Something else was written, too. */
  readonly isMore: boolean;
}

/** Quiet for a time, as somebody wished. */
export const isMuted = ({ mutedUntil }: Pick<Conversation, 'mutedUntil'>, now = Date.now()): boolean =>
  mutedUntil !== null && Date.parse(mutedUntil) > now;

/** What waits in all conversations but those that are to be quiet. */
export function unreadOf(conversations: ConversationMap): Unread {
  let forMe = 0;
  let isMore = false;
  for (const { room, notify, unreadCount, mentionCount } of conversations.values()) {
    if (notify === 'none') continue;
    const spokenTo = room.kind === 'direct' ? unreadCount : mentionCount;
    forMe += spokenTo;
    // Of a room that is to tell of mentions only, the rest is quiet.
    if (unreadCount > spokenTo && notify === 'all') isMore = true;
  }
  return { forMe, isMore };
}

/** What a conversation is called on screen: a private chat has the name of the other person. */
export function titleOf(room: Room): string {
  return room.kind === 'direct' ? (room.peer?.displayName ?? room.name) : room.name;
}
