import type { RoomApi } from '../../net/room-api.js';
import { useLoaded } from '../common/use-loaded.js';
import type { Submit } from '../common/use-submit.js';
import { t } from '../../texts/texts.js';

/** Who is kept out, newest first. */
export function BanList({ api, version, submit }: { api: RoomApi; version: number; submit: Submit }) {
  const { value, reload } = useLoaded(() => api.bans(), version);
  if (!value || value.bans.length === 0) return null;
  return (
    <section className="dialog-section" aria-labelledby="banned-people">
      <h3 id="banned-people">{t('members.banned')}</h3>
      <ul>
        {value.bans.map(({ user }) => (
          <li key={user.id} className="member">
            <span className="list-text">
              <span className="list-title">{user.displayName}</span>
              <span className="hint">@{user.username}</span>
            </span>
            <button
              type="button"
              className="button"
              aria-label={t('members.liftBanOf', { name: user.displayName })}
              disabled={submit.isBusy}
              onClick={() => submit.run(() => api.liftBan(user.id).then(reload))}
            >
              {t('members.liftBan')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
