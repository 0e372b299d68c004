import type { MembershipChanged } from '@parley/contracts';
import type { RoomChange } from '../rooms/room.repository.js';

/** What a room says when somebody comes or goes. */
export function membershipText(change: Exclude<MembershipChanged['change'], 'role'>, displayName: string): string {
  switch (change) {
    case 'joined':
      return `${displayName} joined.`;
    case 'left':
      return `${displayName} left.`;
    case 'removed':
    case 'banned':
      return `${displayName} was removed.`;
  }
}

/** What a room says when it is changed: a sentence for each thing. */
export function changeTexts({ name, topic, visibility, slowModeSeconds, archivedAt }: RoomChange): string[] {
  return [
    name === undefined ? '' : `The room is now called “${name}”.`,
    topic === undefined ? '' : topic === '' ? 'The topic was removed.' : `The topic is now “${topic}”.`,
    visibility === undefined ? '' : `The room is ${visibility} now.`,
    slowModeSeconds === undefined ? '' : slowModeText(slowModeSeconds),
    archivedAt ? 'The room was archived.' : '',
  ].filter((text) => text !== '');
}

const slowModeText = (seconds: number): string =>
  seconds === 0 ? 'Slow mode is off.' : `Slow mode is on: one message every ${seconds === 1 ? 'second' : `${seconds} seconds`}.`;
