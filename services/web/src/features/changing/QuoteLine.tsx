import type { ReplyQuote } from '@parley/contracts';
import { messagePath, type Router } from '../app/router.js';
import { Link } from '../common/Link.js';

interface QuoteLineProps {
  readonly router: Router;
  readonly roomId: string;
  readonly quote: ReplyQuote;
}

/** The message that is answered, in one line, and the way to it. */
export function QuoteLine({ router, roomId, quote }: QuoteLineProps) {
  return (
    <blockquote className="quote" dir="auto">
      <Link router={router} href={messagePath(roomId, quote.seq)}>
        <bdi className="quote-sender">{quote.sender?.displayName ?? 'Somebody'}</bdi>{' '}
        {quote.deletedAt === null ? quote.text || 'a file' : 'This message was deleted.'}
      </Link>
    </blockquote>
  );
}
