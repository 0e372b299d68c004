import { useState } from 'react';
import type { RoomApi } from '../../net/room-api.js';
import { LoadFailure } from '../common/LoadFailure.js';
import { readPages } from '../common/read-pages.js';
import { useLoaded } from '../common/use-loaded.js';
import type { Submit } from '../common/use-submit.js';
import { t } from '../../texts/texts.js';

/** Who is kept out, newest first. */
export function BanList({ api, version, submit }: { api: RoomApi; version: number; submit: Submit }) {
  const [count, setCount] = useState(1);
  const { value, error, reload } = useLoaded(() => readPages((cursor) => api.bans(cursor), count), `${version} ${count}`);
  const bans = (value?.pages ?? []).flatMap((page) => page.bans);
  if (error !== undefined) return <LoadFailure title={t('members.bansFailed')} error={error} onRetry={reload} />;
  if (bans.length === 0) return null;
  return (
    <section className="dialog-section" aria-labelledby="banned-people">
      <h3 id="banned-people">{t('members.banned')}</h3>
      <ul>
        {bans.map(({ user }) => (
          <li key={user.id} className="member">
            <span className="list-text">
              <bdi className="list-title">{user.displayName}</bdi>
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
      {value?.hasMore ? (
        <button type="button" className="button" onClick={() => setCount((before) => before + 1)}>
          {t('common.showMore')}
        </button>
      ) : null}
    </section>
  );
}
