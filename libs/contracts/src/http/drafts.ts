import { z } from 'zod';
import { IsoTime, MessageId, RoomId, Seq, TimeInput } from '../ids.js';
import { DraftText } from '../text.js';

/** `updatedAt`: when it was written, by the clock of the device; never later than the server's. An empty text: nothing is begun. */
export const SetDraftRequest = z
  .strictObject({ text: DraftText, replyTo: MessageId.nullish(), updatedAt: TimeInput.optional() })
  .meta({ id: 'SetDraftRequest' });
export type SetDraftRequest = z.output<typeof SetDraftRequest>;

/** What somebody began to write in a room. `rev` grows with every change of it: the larger one is the truth. */
export const Draft = z
  .object({ roomId: RoomId, text: z.string(), replyTo: MessageId.nullable(), updatedAt: IsoTime, rev: Seq })
  .meta({ id: 'Draft' });
export type Draft = z.output<typeof Draft>;
export const DraftsAnswer = z.object({ drafts: z.array(Draft) }).meta({ id: 'DraftsAnswer' });
export type DraftsAnswer = z.output<typeof DraftsAnswer>;
