import type { Announcement } from '@parley/contracts';

/** The same in English, for whoever does not read the parts. */
export function textOf(announcement: Announcement): string {
  switch (announcement.what) {
    case 'joined':
      return `${announcement.name} joined.`;
    case 'left':
      return `${announcement.name} left.`;
    case 'removed':
      return `${announcement.name} was removed.`;
    case 'renamed':
      return `The room is now called “${announcement.name}”.`;
    case 'topic':
      return announcement.topic === '' ? 'The topic was removed.' : `The topic is now “${announcement.topic}”.`;
    case 'visibility':
      return `The room is ${announcement.visibility} now.`;
    case 'slow-mode':
      return slowModeText(announcement.seconds);
    case 'archived':
      return 'The room was archived.';
  }
}

const slowModeText = (seconds: number): string =>
  seconds === 0 ? 'Slow mode is off.' : `Slow mode is on: one message every ${seconds === 1 ? 'second' : `${seconds} seconds`}.`;
