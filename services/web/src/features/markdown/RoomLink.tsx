import { useEffect } from 'react';
import { roomPath } from '../app/router.js';
import { Link } from '../common/Link.js';
import { useStore } from '../common/use-store.js';
import type { TextContext } from './text-context.js';

/** The way to a room that is named in a text; only text where there is no such room, or none that one may see. */
export function RoomLink({ name, text, context: { client, router } }: { name: string; text: string; context: TextContext }) {
  const { roomNames } = client;
  const roomId = useStore(roomNames.store).get(name.toLowerCase());
  useEffect(() => roomNames.need(name), [roomNames, name]);
  if (!roomId) return text;
  return (
    <Link router={router} href={roomPath(roomId)} className="room-link">
      <bdi>{text}</bdi>
    </Link>
  );
}
