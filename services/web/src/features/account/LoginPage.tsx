import { useEffect, type FormEvent } from 'react';
import type { Services } from '../app/services.js';
import { Link } from '../common/Link.js';
import { t } from '../../texts/texts.js';
import { AccountPage } from './AccountPage.js';
import { Field } from '../common/Field.js';
import { Text } from '../common/Text.js';
import { UsernameField } from './UsernameField.js';
import { useSubmit } from '../common/use-submit.js';

export function LoginPage({ services, reason }: { services: Services; reason: string | undefined }) {
  const submit = useSubmit('username', 'password');
  useEffect(() => {
    document.title = `${t('account.logIn')} · Parley`;
  }, []);

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    submit.run(() => services.session.login(String(data.get('username')).trim(), String(data.get('password'))));
  };

  return (
    <AccountPage title={t('account.logIn')}>
      {reason ? <p role="status">{reason}</p> : null}
      <form onSubmit={onSubmit} method="post" action="/login">
        <UsernameField error={submit.errorOf('username')} />
        <Field
          label={t('account.password')}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          error={submit.errorOf('password')}
        />
        <p className="error" role="alert">
          {submit.error}
        </p>
        <button type="submit" className="button primary" disabled={submit.isBusy}>
          {submit.isBusy ? t('account.loggingIn') : t('account.logIn')}
        </button>
      </form>
      <p className="aside">
        <Text
          of="account.newHere"
          tags={{
            link: (words) => (
              <Link router={services.router} href={`/register${location.search}`}>
                {words}
              </Link>
            ),
          }}
        />
      </p>
    </AccountPage>
  );
}
