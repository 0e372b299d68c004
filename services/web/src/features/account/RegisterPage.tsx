import type { RegisterAnswer } from '@parley/contracts';
import { useEffect, useState, type FormEvent } from 'react';
import { safeNext } from '../app/router.js';
import type { Services } from '../app/services.js';
import { Link } from '../common/Link.js';
import { AccountPage } from './AccountPage.js';
import { Field } from '../common/Field.js';
import { GeneratedPassword } from './GeneratedPassword.js';
import { useSubmit } from '../common/use-submit.js';

export function RegisterPage({ services }: { services: Services }) {
  const submit = useSubmit();
  const [registered, setRegistered] = useState<RegisterAnswer>();
  useEffect(() => {
    document.title = 'Create an account · Parley';
  }, []);

  const enter = (answer: RegisterAnswer) => {
    const next = safeNext(location.search);
    services.session.adopt(answer);
    services.router.go(next, 'replace');
  };

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    submit.run(async () => {
      const answer = await services.session.register(
        String(data.get('username')).trim(),
        String(data.get('password')),
        String(data.get('displayName')),
      );
      if (answer.generatedPassword === undefined) enter(answer);
      else setRegistered(answer);
    });
  };

  if (registered?.generatedPassword !== undefined)
    return (
      <AccountPage title={`Welcome, ${registered.user.displayName}`}>
        <GeneratedPassword username={registered.user.username} password={registered.generatedPassword} onDone={() => enter(registered)} />
      </AccountPage>
    );

  return (
    <AccountPage title="Create an account">
      <form onSubmit={onSubmit} method="post" action="/register">
        <Field
          label="User name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          minLength={3}
          maxLength={32}
          pattern="[A-Za-z0-9_.\-]+"
          title="Letters, digits and _ . -"
          required
          autoFocus
          hint="3 to 32 letters, digits and _ . -"
          error={submit.errorOf('username')}
        />
        <Field
          label="Display name"
          name="displayName"
          autoComplete="name"
          maxLength={64}
          hint="Optional. How others see you."
          error={submit.errorOf('displayName')}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          hint="At least 8 characters. Leave it blank and a strong one is made for you."
          error={submit.errorOf('password')}
        />
        <p className="error" role="alert">
          {submit.error}
        </p>
        <button type="submit" className="button primary" disabled={submit.isBusy}>
          {submit.isBusy ? 'Creating your account…' : 'Create account'}
        </button>
      </form>
      <p className="aside">
        Have an account?{' '}
        <Link router={services.router} href={`/login${location.search}`}>
          Log in
        </Link>
      </p>
    </AccountPage>
  );
}
