import type { ReplyQuote } from '@parley/contracts';
import { messagePath, type Router } from '../app/router.js';
import { Link } from '../common/Link.js';
import { useOneLine } from '../markdown/use-document.js';
import { t } from '../../texts/texts.js';

interface QuoteLineProps {
  readonly router: Router;
  readonly roomId: string;
  readonly quote: ReplyQuote;
}

/** The message that is answered, in one line, and the way to it. */
export function QuoteLine({ router, roomId, quote }: QuoteLineProps) {
  const text = useOneLine(quote.text);
  return (
    <blockquote className="quote" dir="auto">
      <Link router={router} href={messagePath(roomId, quote.seq)}>
        <bdi className="quote-sender">{quote.sender?.displayName ?? t('common.somebody')}</bdi>{' '}
        {quote.deletedAt === null ? text || t('changing.aFile') : t('common.deleted')}
      </Link>
    </blockquote>
  );
}
