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
            Try again
          </button>
        </p>
      ) : null}
      {isLoading ? <p role="status">Loading older messages…</p> : null}
      {isBeginning ? <p className="hint">This is the beginning of {title}.</p> : null}
    </div>
  );
}
