import { QUOTE_MAX, type Message, type ReplyQuote } from './http/messages.js';
import { firstCodePoints } from './text.js';

/** How a message is quoted by its answers. */
export function quoteOf({ id, seq, sender, text, rev, deletedAt }: Omit<ReplyQuote, 'text'> & { text: string }): ReplyQuote {
  return { id, seq, sender, text: firstCodePoints(text, QUOTE_MAX), rev, deletedAt };
}

/**
 * What a copy of a room's messages becomes when one of them has changed: the message itself and every quote of it. Older
 * news than what is known change nothing, so news may come doubled and in any order. The same array if nothing changed.
 */
export function withChange(messages: readonly Message[], changed: Message): readonly Message[] {
  let hasChanged = false;
  const next = messages.map((message) => {
    const newer = withNews(message, changed);
    if (newer !== message) hasChanged = true;
    return newer;
  });
  return hasChanged ? next : messages;
}

/** One message after news about it, or about the one that it answers. */
export function withNews(message: Message, changed: Message): Message {
  if (message.id === changed.id) return changed.rev > message.rev ? changed : message;
  if (message.replyTo?.id !== changed.id || changed.rev <= message.replyTo.rev) return message;
  return { ...message, replyTo: quoteOf(changed) };
}
