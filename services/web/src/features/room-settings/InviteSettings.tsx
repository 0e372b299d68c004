import type { FormEvent } from 'react';
import type { RoomApi } from '../../net/room-api.js';
import { useLoaded } from '../common/use-loaded.js';
import { useSubmit } from '../common/use-submit.js';

const HOUR_MS = 3_600_000;

/** Links that let people in: those that hold, and a new one. */
export function InviteSettings({ api }: { api: RoomApi }) {
  const { value, reload } = useLoaded(() => api.invites(), api);
  const submit = useSubmit();
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
      <h3 id="invites">Invitations</h3>
      <ul>
        {(value?.invites ?? []).map(({ code, url, expiresAt, maxUses, uses }) => (
          <li key={code} className="invite">
            <input type="text" readOnly value={url} aria-label="Link of the invitation" onFocus={(event) => event.currentTarget.select()} />
            <p className="hint">
              {maxUses === null ? `Used ${uses} times` : `Used ${uses} of ${maxUses} times`}
              {expiresAt === null ? '' : ` · until ${new Date(expiresAt).toLocaleString()}`}
            </p>
            <div className="button-row">
              <button type="button" className="button" onClick={() => void navigator.clipboard.writeText(url)}>
                Copy link
              </button>
              <button
                type="button"
                className="button"
                disabled={submit.isBusy}
                onClick={() => submit.run(() => api.revoke(code).then(reload))}
              >
                Revoke
              </button>
            </div>
          </li>
        ))}
      </ul>
      <form onSubmit={onSubmit} className="invite-form">
        <div className="field">
          <label htmlFor="invite-hours">Holds for</label>
          <select id="invite-hours" name="hours" defaultValue="168">
            <option value="24">1 day</option>
            <option value="168">1 week</option>
            <option value="0">As long as it is not revoked</option>
          </select>
        </div>
        <div className="field">
          <label htmlFor="invite-uses">Number of uses</label>
          <select id="invite-uses" name="uses" defaultValue="0">
            <option value="1">1</option>
            <option value="10">10</option>
            <option value="100">100</option>
            <option value="0">No limit</option>
          </select>
        </div>
        <button type="submit" className="button primary" disabled={submit.isBusy}>
          Create link
        </button>
      </form>
      <p className="error" role="alert">
        {submit.error}
      </p>
    </section>
  );
}
