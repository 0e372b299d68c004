import { t } from '../../texts/texts.js';

interface ListTopProps {
  readonly title: string;
  /** Why older messages could not be loaded. */
  readonly error: string | undefined;
  readonly isLoading: boolean;
  readonly isBeginning: boolean;
  readonly onRetry: () => void;
}

/** What is said above the first message, in room that is always there: words that come and go move nothing. */
export function ListTop({ title, error, isLoading, isBeginning, onRetry }: ListTopProps) {
  return (
    <div className="messages-top">
      {error !== undefined ? (
        <p>
          {error}{' '}
          <button type="button" className="link-button" onClick={onRetry}>
            {t('common.tryAgain')}
          </button>
        </p>
      ) : null}
      {isLoading ? <p role="status">{t('room.loadingOlder')}</p> : null}
      {isBeginning ? <p className="hint">{t('room.beginning', { title })}</p> : null}
    </div>
  );
}
