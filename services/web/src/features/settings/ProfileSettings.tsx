import type { User } from '@parley/contracts';
import { useState, type FormEvent } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { Field } from '../common/Field.js';
import { LoadFailure } from '../common/LoadFailure.js';
import { Notice } from '../common/Notice.js';
import { dateAndTime } from '../common/times.js';
import { useLoaded } from '../common/use-loaded.js';
import { useSubmit } from '../common/use-submit.js';
import { AvatarField } from './AvatarField.js';
import { expiryOf, STATUS_EXPIRIES, type StatusExpiry } from './status-expiry.js';

const STATUS_EMOJI_MAX = 32;
const STATUS_TEXT_MAX = 100;
const DISPLAY_NAME_MAX = 64;

/** How others see the person. */
export function ProfileSettings({ client }: { client: ChatClient }) {
  const { value, error, reload } = useLoaded(() => client.api.call('GET /api/me'), client);
  if (error !== undefined) return <LoadFailure title={t('settings.profileFailed')} error={error} onRetry={reload} />;
  return value ? <ProfileForm client={client} loaded={value} /> : <Notice title={t('common.loading')} />;
}

function ProfileForm({ client, loaded }: { client: ChatClient; loaded: User }) {
  const submit = useSubmit('displayName', 'bio', 'status.text');
  const [user, setUser] = useState(loaded);
  const [isSaved, setSaved] = useState(false);
  const saved = (changed: User) => {
    setUser(changed);
    client.people.learn([changed]);
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const text = String(data.get('status')).trim();
    const emoji = String(data.get('emoji')).trim();
    const expiry = String(data.get('expiry')) as StatusExpiry | 'keep';
    const expiresAt = expiry === 'keep' ? (user.status?.expiresAt ?? null) : expiryOf(expiry, new Date());
    setSaved(false);
    submit.run(async () => {
      saved(
        await client.api.call('PATCH /api/me', {
          body: {
            displayName: String(data.get('displayName')),
            bio: String(data.get('bio')),
            status: text === '' && emoji === '' ? null : { emoji, text, expiresAt },
          },
        }),
      );
      setSaved(true);
    });
  };
  return (
    <div className="settings-form">
      <AvatarField client={client} user={user} onSaved={saved} />
      <form onSubmit={onSubmit}>
        <Field
          label={t('account.displayName')}
          name="displayName"
          defaultValue={user.displayName}
          maxLength={DISPLAY_NAME_MAX}
          autoComplete="name"
          dir="auto"
          required
          error={submit.errorOf('displayName')}
        />
        <div className="field">
          <label htmlFor="profile-bio">{t('settings.bio')}</label>
          <textarea
            id="profile-bio"
            name="bio"
            rows={3}
            dir="auto"
            defaultValue={user.bio}
            aria-invalid={submit.errorOf('bio') !== undefined}
          />
          <p className="error">{submit.errorOf('bio')}</p>
        </div>
        <fieldset className="status-fields">
          <legend>{t('settings.status')}</legend>
          <Field
            label={t('settings.statusEmoji')}
            name="emoji"
            defaultValue={user.status?.emoji ?? ''}
            maxLength={STATUS_EMOJI_MAX}
            autoComplete="off"
          />
          <Field
            label={t('settings.statusText')}
            name="status"
            defaultValue={user.status?.text ?? ''}
            maxLength={STATUS_TEXT_MAX}
            autoComplete="off"
            dir="auto"
            error={submit.errorOf('status.text')}
          />
          <div className="field">
            <label htmlFor="status-expiry">{t('settings.statusUntil')}</label>
            <select id="status-expiry" name="expiry" defaultValue={user.status?.expiresAt ? 'keep' : 'never'} key={user.status?.expiresAt}>
              {user.status?.expiresAt ? <option value="keep">{dateAndTime(user.status.expiresAt)}</option> : null}
              {STATUS_EXPIRIES.map(([value, label]) => (
                <option key={value} value={value}>
                  {t(label)}
                </option>
              ))}
            </select>
          </div>
        </fieldset>
        <p className="error" role="alert">
          {submit.error}
        </p>
        <p role="status">{isSaved ? t('settings.saved') : ''}</p>
        <div className="button-row">
          <button type="submit" className="button primary" disabled={submit.isBusy}>
            {t('common.save')}
          </button>
        </div>
      </form>
    </div>
  );
}
