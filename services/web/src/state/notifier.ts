import type { Conversation } from '@parley/contracts';
import { titleOf, type ConversationMap } from './conversations.js';
import type { ReadonlyStore } from './store.js';

/** One notification of a room, which takes the place of the one before. */
export interface Note {
  readonly roomId: string;
  readonly seq: number;
  readonly title: string;
  readonly body: string;
}

export interface NotifierPort {
  readonly conversations: ReadonlyStore<ConversationMap>;
  /** The list has been loaded: what changes from here on is news. */
  isReady(): boolean;
  /** Of several tabs one tells. */
  isTeller(): boolean;
  /** The reader has the room before his eyes. */
  isReading(roomId: string): boolean;
  show(note: Note): void;
  dismiss(roomId: string): void;
}

/** Whoever reads it within this time, in any tab or on any device, is not told. */
const WITHHELD_MS = 1_000;

/** Says what is new in rooms that nobody looks at, as each room's setting wants it, and takes it back when it was read. */
export class Notifier {
  private known: ConversationMap = new Map();
  private readonly waiting = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly unsubscribe: () => void;

  constructor(
    private readonly port: NotifierPort,
    private readonly now: () => number = Date.now,
  ) {
    this.known = port.conversations.get();
    this.unsubscribe = port.conversations.subscribe(() => this.look());
  }

  dispose(): void {
    this.unsubscribe();
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  private look(): void {
    const before = this.known;
    this.known = this.port.conversations.get();
    for (const [roomId, conversation] of this.known) {
      const last = before.get(roomId);
      if (last === conversation) continue;
      const wanted = this.wantedOf(conversation);
      if (wanted === 0) this.takeBack(roomId);
      else if (this.port.isReady() && conversation.head > (last?.head ?? 0) && wanted > (last ? this.wantedOf(last) : 0))
        this.tellSoon(roomId);
    }
    for (const roomId of before.keys()) if (!this.known.has(roomId)) this.takeBack(roomId);
  }

  private wantedOf(conversation: Conversation): number {
    const { mutedUntil } = conversation;
    return mutedUntil !== null && Date.parse(mutedUntil) > this.now() ? 0 : countOf(conversation);
  }

  private tellSoon(roomId: string): void {
    if (this.waiting.has(roomId)) return;
    const timer = setTimeout(() => {
      this.waiting.delete(roomId);
      this.tell(roomId);
    }, WITHHELD_MS);
    this.waiting.set(roomId, timer);
  }

  private tell(roomId: string): void {
    const conversation = this.known.get(roomId);
    if (!conversation || this.wantedOf(conversation) === 0) return;
    if (this.port.isTeller() && !this.port.isReading(roomId)) this.port.show(noteOf(conversation, this.wantedOf(conversation)));
  }

  private takeBack(roomId: string): void {
    clearTimeout(this.waiting.get(roomId));
    this.waiting.delete(roomId);
    this.port.dismiss(roomId);
  }
}

/** Messages that are to be told of. What is said in private is for the reader, as a mention is. */
function countOf({ room, notify, unreadCount, mentionCount }: Conversation): number {
  if (notify === 'none') return 0;
  return notify === 'all' || room.kind === 'direct' ? unreadCount : mentionCount;
}

function noteOf({ room, lastMessage, head }: Conversation, count: number): Note {
  const sender = room.kind === 'direct' ? undefined : lastMessage?.sender?.displayName;
  const title = sender === undefined ? titleOf(room) : `${sender} · ${titleOf(room)}`;
  return { roomId: room.id, seq: head, title: count > 1 ? `${title} (${count})` : title, body: lastMessage?.preview ?? '' };
}
