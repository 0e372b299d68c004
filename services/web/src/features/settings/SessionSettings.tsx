import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { LoadFailure } from '../common/LoadFailure.js';
import { Notice } from '../common/Notice.js';
import { dateAndTime } from '../common/times.js';
import { useLoaded } from '../common/use-loaded.js';
import { useSubmit } from '../common/use-submit.js';

/** Where the person is logged in, this device first, and the way to end that. */
export function SessionSettings({ client }: { client: ChatClient }) {
  const { api } = client;
  const { value, error, reload } = useLoaded(() => api.call('GET /api/sessions'), client);
  const submit = useSubmit();
  if (error !== undefined) return <LoadFailure error={error} onRetry={reload} />;
  if (!value) return <Notice title={t('common.loading')} />;
  const sessions = value.sessions.toSorted((a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt.localeCompare(a.lastSeenAt));
  return (
    <div className="settings-form">
      <ul>
        {sessions.map(({ id, deviceName, lastSeenAt, createdAt, current }) => (
          <li key={id} className="session">
            <span className="list-text">
              <bdi className="list-title">{deviceName || t('settings.unknownDevice')}</bdi>
              <span className="hint">
                {current ? t('settings.thisDevice') : t('settings.lastSeen', { time: dateAndTime(lastSeenAt) })} ·{' '}
                {t('settings.since', { time: dateAndTime(createdAt) })}
              </span>
            </span>
            {current ? null : (
              <button
                type="button"
                className="button"
                aria-label={t('settings.endWhich', { name: deviceName || t('settings.unknownDevice') })}
                disabled={submit.isBusy}
                onClick={() => submit.run(() => api.call('DELETE /api/sessions/{id}', { params: { id } }).then(reload))}
              >
                {t('settings.end')}
              </button>
            )}
          </li>
        ))}
      </ul>
      <p className="error" role="alert">
        {submit.error}
      </p>
      {sessions.length > 1 ? (
        <div className="button-row">
          <button
            type="button"
            className="button danger"
            disabled={submit.isBusy}
            onClick={() => submit.run(() => api.call('DELETE /api/sessions').then(reload))}
          >
            {t('settings.endOthers')}
          </button>
        </div>
      ) : null}
    </div>
  );
}
