import type { Conversation } from '@parley/contracts';
import { t } from '../../texts/texts.js';

type Level = Conversation['notify'];

/** What one can be told of a room, the most first. */
export const notifyLevels = (): readonly (readonly [Level, string])[] => [
  ['all', t('notifications.levelAll')],
  ['mentions', t('notifications.levelMentions')],
  ['none', t('notifications.levelNone')],
];
