import type { Announcement } from '@parley/contracts';
import { t } from './texts.js';

const MEMBERS = { joined: 'room.theyJoined', left: 'room.theyLeft', removed: 'room.theyWereRemoved' } as const;

/** What a room says itself, in the language of the reader. */
export function announcementText(said: Announcement, ownUserId: string): string {
  switch (said.what) {
    case 'joined':
    case 'left':
    case 'removed':
      return t(MEMBERS[said.what], { who: said.userId === ownUserId ? 'you' : 'one', names: said.name });
    case 'renamed':
      return t('room.renamed', { name: said.name });
    case 'topic':
      return said.topic === '' ? t('room.topicRemoved') : t('room.topicChanged', { topic: said.topic });
    case 'visibility':
      return said.visibility === 'public' ? t('room.isPublic') : t('room.isPrivate');
    case 'slow-mode':
      return t('room.slowMode', { count: said.seconds });
    case 'archived':
      return t('room.wasArchived');
  }
}
