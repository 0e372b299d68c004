import { useState, type FormEvent } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { Field } from '../common/Field.js';
import { useSubmit } from '../common/use-submit.js';

export function PasswordSettings({ client }: { client: ChatClient }) {
  const submit = useSubmit('currentPassword', 'newPassword');
  const [isDone, setDone] = useState(false);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    setDone(false);
    submit.run(async () => {
      await client.api.call('POST /api/me/password', {
        body: { currentPassword: String(data.get('currentPassword')), newPassword: String(data.get('newPassword')) },
      });
      form.reset();
      setDone(true);
    });
  };
  return (
    <form className="settings-form" onSubmit={onSubmit}>
      <p className="hint">{t('settings.passwordHint')}</p>
      {/* Lets password managers know whose it is. */}
      <input
        type="text"
        className="visually-hidden"
        autoComplete="username"
        value={client.me.username}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <Field
        label={t('settings.currentPassword')}
        name="currentPassword"
        type="password"
        autoComplete="current-password"
        required
        error={submit.errorOf('currentPassword')}
      />
      <Field
        label={t('settings.newPassword')}
        hint={t('settings.newPasswordHint')}
        name="newPassword"
        type="password"
        autoComplete="new-password"
        required
        error={submit.errorOf('newPassword')}
      />
      <p className="error" role="alert">
        {submit.error}
      </p>
      <p role="status">{isDone ? t('settings.passwordChanged') : ''}</p>
      <div className="button-row">
        <button type="submit" className="button primary" disabled={submit.isBusy}>
          {t('settings.changePassword')}
        </button>
      </div>
    </form>
  );
}
