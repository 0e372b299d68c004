import { t } from '../../texts/texts.js';
import { Notice } from './Notice.js';

interface LoadFailureProps {
  readonly title?: string;
  /** In the reader's language. */
  readonly error: string | undefined;
  readonly onRetry: () => void;
}

/** In the place of what could not be loaded. */
export function LoadFailure({ title = t('common.listFailed'), error, onRetry }: LoadFailureProps) {
  return (
    <Notice
      role="alert"
      title={title}
      action={
        <button type="button" className="button" onClick={onRetry}>
          {t('common.tryAgain')}
        </button>
      }
    >
      {error}
    </Notice>
  );
}
