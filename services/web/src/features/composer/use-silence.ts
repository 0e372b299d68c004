import type { Message, Room } from '@parley/contracts';
import { useEffect, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { RoomTimeline } from '../../state/room-timeline.js';
import { useStore } from '../common/use-store.js';

/** Why nothing can be sent now, and until when (milliseconds since 1970). */
export interface Silence {
  readonly reason: 'slow-mode' | 'muted';
  readonly untilMs: number;
  readonly leftMs: number;
}

const TICK_MS = 1_000;

/** Slow mode after one's own message, and the time for which a moderator muted this person. */
export function useSilence(client: ChatClient, room: Room, timeline: RoomTimeline | undefined): Silence | undefined {
  const mutedUntil = useStore(client.silences).get(room.id);
  const lastOwnMs = useLastOwn(client, room, timeline);
  const [nowMs, setNow] = useState(() => Date.now());
  const isExempt = room.role === 'owner' || room.role === 'moderator';
  const slowUntilMs = isExempt || room.slowModeSeconds === 0 || lastOwnMs === undefined ? 0 : lastOwnMs + room.slowModeSeconds * 1_000;
  const mutedUntilMs = mutedUntil === undefined ? 0 : Date.parse(mutedUntil);
  const untilMs = Math.max(slowUntilMs, mutedUntilMs);
  const isSilent = untilMs > nowMs;

  useEffect(() => {
    setNow(Date.now());
    if (untilMs <= Date.now()) return undefined;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= untilMs) clearInterval(timer);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [untilMs]);
  if (!isSilent) return undefined;
  return { reason: mutedUntilMs > nowMs ? 'muted' : 'slow-mode', untilMs, leftMs: untilMs - nowMs };
}

function useLastOwn(client: ChatClient, room: Room, timeline: RoomTimeline | undefined): number | undefined {
  const [atMs, setAt] = useState<number>();
  useEffect(() => {
    if (!timeline || room.slowModeSeconds === 0) return undefined;
    const isOwn = ({ sender }: Message) => sender?.id === client.me.id;
    const look = () => {
      const own = timeline.store.get().messages.findLast(isOwn);
      const pending = client.unsent.outbox.store.get().findLast(({ roomId, acceptedAt }) => roomId === room.id && acceptedAt !== undefined);
      const times = [own?.createdAt, pending?.acceptedAt].flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
      setAt(times.length === 0 ? undefined : Math.max(...times));
    };
    look();
    const endings = [timeline.store.subscribe(look), client.unsent.outbox.store.subscribe(look)];
    return () => endings.forEach((end) => end());
  }, [client, timeline, room.id, room.slowModeSeconds]);
  return atMs;
}
