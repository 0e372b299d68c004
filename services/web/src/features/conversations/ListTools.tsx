import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { errorText } from '../../texts/error-text.js';
import { t } from '../../texts/texts.js';
import { useStore } from '../common/use-store.js';

/** How the list is sorted, and everything read in one go, for as long as it lasts with the way back. */
export function ListTools({ client }: { client: ChatClient }) {
  const { sort } = useStore(client.sidebar.store);
  const done = useStore(client.readingAll.done);
  const [error, setError] = useState<string>();
  const run = (work: () => Promise<void>) => {
    setError(undefined);
    work().catch((reason: unknown) => setError(errorText(reason)));
  };
  return (
    <div className="list-tools">
      <label>
        <span className="visually-hidden">{t('conversations.sort')}</span>
        <select value={sort} onChange={(event) => client.sidebar.sortBy(event.currentTarget.value === 'name' ? 'name' : 'activity')}>
          <option value="activity">{t('conversations.byActivity')}</option>
          <option value="name">{t('conversations.byName')}</option>
        </select>
      </label>
      {done === undefined || done.length === 0 ? (
        <button type="button" className="link-button" onClick={() => run(() => client.readingAll.readAll())}>
          {t('conversations.readAll')}
        </button>
      ) : (
        <button type="button" className="link-button" onClick={() => run(() => client.readingAll.undo())}>
          {t('conversations.undo')}
        </button>
      )}
      <p className={error === undefined ? 'hint' : 'error'} role="status">
        {error ?? (done === undefined ? '' : t('conversations.wereRead', { count: done.length }))}
      </p>
    </div>
  );
}
