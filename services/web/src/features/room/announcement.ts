import type { Message } from '@parley/contracts';
import { previewOf } from '../../state/markdown.js';
import { announcementText } from '../../texts/announcement-text.js';
import { t } from '../../texts/texts.js';

/** What is said of new messages: who wrote what, of many how many, and how many of them are for the reader. */
export function announcementOf(fresh: readonly Message[], ownUserId: string): string {
  const [first] = fresh;
  if (!first) return '';
  if (fresh.length === 1 && first.announcement) return announcementText(first.announcement, ownUserId);
  if (fresh.length === 1) return `${first.sender?.displayName ?? ''}: ${previewOf(first)}`.replace(/^: /, '');
  const forMe = fresh.filter(({ mentions }) => mentions.everyone || mentions.userIds.includes(ownUserId)).length;
  return t('unread.announced', { count: fresh.length, mentions: forMe });
}
