import { z } from 'zod';

const EMOJI = /^\p{RGI_Emoji}$/v;
/** Asks for the coloured picture of a character that is also a plain sign. */
const AS_PICTURE = '\ufe0f';

/** One spelling per emoji, or undefined: many programs leave out the mark that asks for the picture. */
function emojiOf(text: string): string | undefined {
  if (EMOJI.test(text)) return text;
  const asPicture = `${text}${AS_PICTURE}`;
  return EMOJI.test(asPicture) ? asPicture : undefined;
}

/** One emoji as Unicode has it, skin tones and joined families included. */
export const Emoji = z
  .string()
  .max(64)
  .refine((text) => emojiOf(text) !== undefined, 'must be one emoji')
  .transform((text) => emojiOf(text) ?? text);
