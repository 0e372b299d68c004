import { useEffect, useRef, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { RoomTimeline } from '../../state/room-timeline.js';
import type { MessagePlace, Router } from '../app/router.js';
import { useStore } from '../common/use-store.js';
import { isNewTo, type Row } from './message-rows.js';
import type { MessageScrolling } from './use-message-virtualizer.js';

interface JumpSource {
  readonly client: ChatClient;
  readonly router: Router;
  readonly timeline: RoomTimeline;
  readonly rows: readonly Row[];
  readonly readSeq: number | undefined;
  readonly scrolling: MessageScrolling;
}

/**
 * Goes to the message that the address names, or that somebody asks for: loads what is around it if it is not there,
 * puts it into the middle and marks it, until somebody goes elsewhere.
 */
export function useJump({ client, router, timeline, rows, readSeq, scrolling }: JumpSource): {
  readonly targetKey: string | undefined;
  jump(place: MessagePlace): void;
  /** Takes the mark away. */
  forget(): void;
} {
  const route = useStore(router.store);
  const { status } = useStore(timeline.store);
  const [wanted, setWanted] = useState<{ readonly place: MessagePlace; readonly isLoaded: boolean }>();
  const [targetKey, setTargetKey] = useState<string>();
  const [followed, setFollowed] = useState<typeof route>();
  const goTo = useRef(scrolling.toRow);
  goTo.current = scrolling.toRow;

  const jump = (place: MessagePlace) => {
    const seq = place === 'unread' ? (readSeq ?? 0) + 1 : place;
    setWanted({ place, isLoaded: false });
    void timeline.reach(seq).then((isThere) => setWanted(isThere ? { place, isLoaded: true } : undefined));
  };
  const jumpNow = useRef(jump);
  jumpNow.current = jump;

  useEffect(() => {
    if (status !== 'ready' || route === followed || route.name !== 'chat') return;
    // A room that was open before is there at once; where reading goes on is told a moment later.
    if (route.at === 'unread' && readSeq === undefined) return;
    setFollowed(route);
    if (route.at !== undefined && route.roomId === timeline.roomId) jumpNow.current(route.at);
  }, [route, followed, status, timeline, readSeq]);

  useEffect(() => {
    if (!wanted?.isLoaded) return;
    const row = rows.find((candidate) => isWanted(candidate, wanted.place, readSeq, client.me.id));
    if (!row) return;
    setWanted(undefined);
    setTargetKey(row.key);
    goTo.current(row.key);
  }, [wanted, rows, readSeq, client]);

  return { targetKey, jump, forget: () => setTargetKey(undefined) };
}

function isWanted(row: Row, place: MessagePlace, readSeq: number | undefined, ownUserId: string): boolean {
  if (row.kind !== 'message') return false;
  return place === 'unread' ? isNewTo(ownUserId, row.message, readSeq ?? 0) : row.message.seq === place;
}
