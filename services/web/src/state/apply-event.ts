import type { Message, OpenedRoom } from '@parley/contracts';
import type { ServerEvent } from '@parley/client';
import type { Conversations } from './conversations.js';
import type { Drafts } from './drafts.js';
import type { MemberNotices } from './member-notices.js';
import type { Outbox } from './outbox.js';
import type { People } from './people.js';
import type { Presence } from './presence.js';
import type { RoomTimeline } from './room-timeline.js';
import type { Silences } from './silences.js';
import type { Typing } from './typing.js';

/** Everything that the server's events change. */
export interface ChatModel {
  readonly ownUserId: string;
  readonly conversations: Conversations;
  readonly timelines: ReadonlyMap<string, RoomTimeline>;
  readonly drafts: Drafts;
  readonly silences: Silences;
  readonly memberNotices: MemberNotices;
  readonly outbox: Outbox;
  readonly typing: Typing;
  readonly people: People;
  readonly presence: Presence;
}

/** The one place where what the server says becomes state. */
export function applyEvent(model: ChatModel, event: ServerEvent, now: Date): void {
  switch (event.name) {
    case 'messages': {
      const { roomId, messages } = event.payload;
      model.timelines.get(roomId)?.applyLive(event.payload);
      for (const { sender } of messages) if (sender) model.typing.stop(roomId, sender.id);
      return;
    }
    case 'message:changed':
      model.timelines.get(event.payload.roomId)?.applyChange(event.payload);
      return model.conversations.applyChange(event.payload.message);
    case 'room:head':
      return model.timelines.get(event.payload.roomId)?.applyHead(event.payload);
    case 'activity':
      return model.conversations.applyActivity(event.payload, now);
    case 'room:read':
      return model.conversations.applyRead(event.payload);
    case 'rooms:read':
      return model.conversations.applyReads(event.payload.rooms);
    case 'room:favourite':
      return model.conversations.applyFavourite(event.payload);
    case 'room:changed':
      model.conversations.applySharedRoom(event.payload.room);
      if (event.payload.room.archivedAt !== null) model.conversations.remove(event.payload.room.id);
      return;
    case 'room:member':
      model.people.learn([event.payload.user]);
      model.memberNotices.apply(event.payload, now);
      if (event.payload.change === 'muted' && event.payload.userId === model.ownUserId)
        model.silences.apply(event.payload.roomId, event.payload.mutedUntil ?? null);
      return model.conversations.applyMember(event.payload);
    case 'typing': {
      const others = event.payload.userIds.filter((userId) => userId !== model.ownUserId);
      model.people.need(others);
      return model.typing.apply({ roomId: event.payload.roomId, userIds: others });
    }
    case 'user:changed':
      return model.people.learn([event.payload.user]);
    case 'presence':
      return model.presence.apply(event.payload);
    case 'draft:changed':
      return model.drafts.applyChange(event.payload);
    // What the connection or the client as a whole acts on.
    case 'ready':
    case 'lists:stale':
    case 'session:ended':
    case 'server:drain':
      return;
  }
}

/** Messages that a timeline took in: live, by repair, or from history; some come by more than once. */
export function applyMessages(model: ChatModel, roomId: string, messages: readonly Message[]): void {
  model.outbox.settle(messages);
  model.people.learnFrom(messages);
  model.conversations.applyMessages(roomId, messages);
}

/** The answer to `room:open`, or one room of `rooms:sync`. */
export function applyOpened(model: ChatModel, opened: OpenedRoom): void {
  const newest = opened.messages.at(-1);
  if (!opened.recovered && newest) model.outbox.settleBefore(opened.roomId, newest.createdAt);
  model.conversations.applyMemberCount(opened);
  model.timelines.get(opened.roomId)?.applyOpened(opened);
}
