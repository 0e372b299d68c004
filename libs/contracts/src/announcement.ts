import { z } from 'zod';
import { UserId } from './ids.js';

/** What a room says itself, in parts, so that every reader can be told in a language of his own. Names are those of the time. */
export const Announcement = z
  .discriminatedUnion('what', [
    z.object({ what: z.enum(['joined', 'left', 'removed']), userId: UserId, name: z.string() }),
    z.object({ what: z.literal('renamed'), name: z.string() }),
    /** Empty: there is none any more. */
    z.object({ what: z.literal('topic'), topic: z.string() }),
    z.object({ what: z.literal('visibility'), visibility: z.enum(['public', 'private']) }),
    /** 0: it is off. */
    z.object({ what: z.literal('slow-mode'), seconds: z.number().int().nonnegative() }),
    z.object({ what: z.literal('archived') }),
  ])
  .meta({ id: 'Announcement' });
export type Announcement = z.output<typeof Announcement>;

/**
 * As clients get it, beside the same in English as text. Absent where nobody but people speaks, in what was written
 * before it was kept in parts, and for a client that is older than what is said: then the text is all there is.
 */
export const ToldAnnouncement = Announcement.optional().catch(undefined);
