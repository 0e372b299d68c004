import { z } from 'zod';
import { MediaId } from '../ids.js';
import { LIMITS } from '../limits.js';
import { StorableText, codePoints } from '../text.js';

/** A file: `type` and `size` describe the stored bytes, `placeholder` is a thumbhash in base64, `url` works for whoever may read it. */
export const Media = z
  .object({
    id: MediaId,
    name: z.string(),
    type: z.string(),
    size: z.number().int().nonnegative(),
    width: z.number().int().optional(),
    height: z.number().int().optional(),
    durationMs: z.number().int().optional(),
    placeholder: z.string().optional(),
    url: z.string(),
    thumbnailUrl: z.string().optional(),
    altText: z.string().optional(),
  })
  .meta({ id: 'Media' });
export type Media = z.output<typeof Media>;

/** What an image says to people who do not see it. */
export const AltText = StorableText.refine(
  (text) => codePoints(text) <= LIMITS.altTextMax,
  `must have at most ${LIMITS.altTextMax} characters`,
).meta({ maxLength: LIMITS.altTextMax });

/** The fields of the multipart form; the file is streamed beside them. */
export const UploadFields = z.strictObject({ altText: AltText.optional() });
export type UploadFields = z.output<typeof UploadFields>;

/** For the documents: how the multipart form looks. */
export const UploadForm = z
  .object({
    file: z
      .string()
      .meta({ contentMediaType: 'application/octet-stream', description: 'The file itself; its type is told from its content.' }),
    altText: AltText.optional(),
  })
  .meta({ id: 'UploadForm' });
