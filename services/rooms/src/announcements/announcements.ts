import type { Announcement, MembershipChanged, User } from '@parley/contracts';
import type { RoomChange } from '../rooms/room.repository.js';

/** What a room says when somebody comes or goes. Who is kept out from now on is nobody's business. */
export const announcementOfMember = (change: Exclude<MembershipChanged['change'], 'role'>, user: User): Announcement => ({
  what: change === 'banned' ? 'removed' : change,
  userId: user.id,
  name: user.displayName,
});

/** What a room says when it is changed: one thing after the other. */
export function announcementsOfChange({ name, topic, visibility, slowModeSeconds, archivedAt }: RoomChange): Announcement[] {
  return [
    ...(name === undefined ? [] : [{ what: 'renamed' as const, name }]),
    ...(topic === undefined ? [] : [{ what: 'topic' as const, topic }]),
    ...(visibility === undefined ? [] : [{ what: 'visibility' as const, visibility }]),
    ...(slowModeSeconds === undefined ? [] : [{ what: 'slow-mode' as const, seconds: slowModeSeconds }]),
    ...(archivedAt ? [{ what: 'archived' as const }] : []),
  ];
}
