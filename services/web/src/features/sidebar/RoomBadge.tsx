import type { Room } from '@parley/contracts';
import { Avatar } from '../common/Avatar.js';
import { Icon } from '../common/Icon.js';

/** The other person's picture, or the sign of a public or private room. */
export function RoomBadge({ room }: { room: Room }) {
  if (room.peer) return <Avatar url={room.peer.avatarUrl} />;
  return (
    <span className="room-badge">
      <Icon name={room.visibility === 'private' ? 'lock' : 'hash'} />
    </span>
  );
}
