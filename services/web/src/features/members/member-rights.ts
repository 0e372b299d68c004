import type { Room, RoomRole, User } from '@parley/contracts';

/** What the person at this device may be offered; the server decides what is done. */
export interface RoomRights {
  readonly isModerating: boolean;
  readonly isOwning: boolean;
}

export function rightsIn(room: Pick<Room, 'role' | 'kind' | 'visibility' | 'archivedAt'>, me: Pick<User, 'roles'>): RoomRights {
  const isOpen = room.kind === 'room' && room.archivedAt === null;
  const isAdministrator = me.roles.includes('administrator') && (room.visibility === 'public' || room.role !== null);
  const isOwning = isOpen && (room.role === 'owner' || isAdministrator);
  return { isOwning, isModerating: isOwning || (isOpen && room.role === 'moderator') };
}

/** Whether somebody with these rights may put a member with this role out. */
export const mayRemove = ({ isModerating, isOwning }: RoomRights, role: RoomRole): boolean => (role === 'owner' ? isOwning : isModerating);
