import { useState, type FormEvent } from 'react';
import type { RoomApi } from '../../net/room-api.js';
import { copyText } from '../common/copy-text.js';
import { LoadFailure } from '../common/LoadFailure.js';
import { useLoaded } from '../common/use-loaded.js';
import { useSubmit } from '../common/use-submit.js';
import { t } from '../../texts/texts.js';
import { dateAndTime } from '../common/times.js';

const HOUR_MS = 3_600_000;

/** Links that let people in: those that hold, and a new one. */
export function InviteSettings({ api }: { api: RoomApi }) {
  const { value, error, reload } = useLoaded(() => api.invites(), api);
  const submit = useSubmit();
  const [copied, setCopied] = useState<string>();
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const [hours, uses] = [Number(data.get('hours')), Number(data.get('uses'))];
    submit.run(async () => {
      await api.invite({
        expiresAt: hours > 0 ? new Date(Date.now() + hours * HOUR_MS).toISOString() : null,
        maxUses: uses > 0 ? uses : null,
      });
      reload();
    });
  };
  return (
    <section className="dialog-section" aria-labelledby="invites">
      <h3 id="invites">{t('room-settings.invitations')}</h3>
      {error === undefined ? null : <LoadFailure error={error} onRetry={reload} />}
      <ul>
        {(value?.invites ?? []).map(({ code, url, expiresAt, maxUses, uses }) => (
          <li key={code} className="invite">
            <input
              type="text"
              readOnly
              value={url}
              aria-label={t('room-settings.inviteLink')}
              onFocus={(event) => event.currentTarget.select()}
            />
            <p className="hint">
              {maxUses === null ? t('room-settings.used', { count: uses }) : t('room-settings.usedOf', { count: maxUses, uses })}
              {expiresAt === null ? null : ` · ${t('room-settings.until', { time: dateAndTime(expiresAt) })}`}
            </p>
            <p role="status" className="hint">
              {copied === code ? t('commands.linkCopied') : ''}
            </p>
            <div className="button-row">
              <button type="button" className="button" onClick={() => submit.run(() => copyText(url).then(() => setCopied(code)))}>
                {t('changing.copyLink')}
              </button>
              <button
                type="button"
                className="button"
                disabled={submit.isBusy}
                onClick={() => submit.run(() => api.revoke(code).then(reload))}
              >
                {t('room-settings.revoke')}
              </button>
            </div>
          </li>
        ))}
      </ul>
      <form onSubmit={onSubmit} className="invite-form">
        <div className="field">
          <label htmlFor="invite-hours">{t('room-settings.holdsFor')}</label>
          <select id="invite-hours" name="hours" defaultValue="168">
            <option value="24">{t('room-settings.days', { count: 1 })}</option>
            <option value="168">{t('room-settings.weeks', { count: 1 })}</option>
            <option value="0">{t('room-settings.untilRevoked')}</option>
          </select>
        </div>
        <div className="field">
          <label htmlFor="invite-uses">{t('room-settings.uses')}</label>
          <select id="invite-uses" name="uses" defaultValue="0">
            <option value="1">1</option>
            <option value="10">10</option>
            <option value="100">100</option>
            <option value="0">{t('room-settings.noLimit')}</option>
          </select>
        </div>
        <button type="submit" className="button primary" disabled={submit.isBusy}>
          {t('room-settings.createLink')}
        </button>
      </form>
      <p className="error" role="alert">
        {submit.error}
      </p>
    </section>
  );
}
