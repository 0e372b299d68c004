import { useEffect, useState } from 'react';
import { t } from '../../texts/texts.js';
import type { ServiceWorkers } from '../../net/service-worker.js';

/** There is a new version of the client; nothing changes under its reader until he says so. */
export function UpdateBar({ workers }: { workers: ServiceWorkers }) {
  const [update, setUpdate] = useState<{ use: () => void }>();
  useEffect(() => void workers.onUpdate((use) => setUpdate({ use })), [workers]);
  return (
    <div className="update-bar" role="status">
      {update ? (
        <>
          <span>{t('notifications.newVersion')}</span>
          <button type="button" className="link-button" onClick={update.use}>
            {t('notifications.reload')}
          </button>
        </>
      ) : null}
    </div>
  );
}
