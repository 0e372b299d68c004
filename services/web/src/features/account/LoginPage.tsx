import { useEffect, type FormEvent } from 'react';
import type { Services } from '../app/services.js';
import { Link } from '../common/Link.js';
import { AccountPage } from './AccountPage.js';
import { Field } from '../common/Field.js';
import { useSubmit } from '../common/use-submit.js';

export function LoginPage({ services, reason }: { services: Services; reason: string | undefined }) {
  const submit = useSubmit();
  useEffect(() => {
    document.title = 'Log in · Parley';
  }, []);

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    submit.run(() => services.session.login(String(data.get('username')).trim(), String(data.get('password'))));
  };

  return (
    <AccountPage title="Log in">
      {reason ? <p role="status">{reason}</p> : null}
      <form onSubmit={onSubmit} method="post" action="/login">
        <Field
          label="User name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
          error={submit.errorOf('username')}
        />
        <Field
          label="Password"
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
          {submit.isBusy ? 'Logging in…' : 'Log in'}
        </button>
      </form>
      <p className="aside">
        New here?{' '}
        <Link router={services.router} href={`/register${location.search}`}>
          Create an account
        </Link>
      </p>
    </AccountPage>
  );
}
