import type { ReplyQuote } from '@parley/contracts';

/** The message that is answered, in one line. */
export function QuoteLine({ quote }: { quote: ReplyQuote }) {
  return (
    <blockquote className="quote" dir="auto">
      <bdi className="quote-sender">{quote.sender?.displayName ?? 'Somebody'}</bdi>{' '}
      {quote.deletedAt === null ? quote.text || 'a file' : 'This message was deleted.'}
    </blockquote>
  );
}
