import type { RegisterAnswer } from '@parley/contracts';
import { useEffect, useState, type FormEvent } from 'react';
import { safeNext } from '../app/router.js';
import type { Services } from '../app/services.js';
import { Link } from '../common/Link.js';
import { t } from '../../texts/texts.js';
import { AccountPage } from './AccountPage.js';
import { Field } from '../common/Field.js';
import { Text } from '../common/Text.js';
import { UsernameField } from './UsernameField.js';
import { GeneratedPassword } from './GeneratedPassword.js';
import { useSubmit } from '../common/use-submit.js';

export function RegisterPage({ services }: { services: Services }) {
  const submit = useSubmit('username', 'displayName', 'password');
  const [registered, setRegistered] = useState<RegisterAnswer>();
  useEffect(() => {
    document.title = `${t('account.createAccount')} · Parley`;
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
      <AccountPage title={t('account.welcome', { name: registered.user.displayName })}>
        <GeneratedPassword username={registered.user.username} password={registered.generatedPassword} onDone={() => enter(registered)} />
      </AccountPage>
    );

  return (
    <AccountPage title={t('account.createAccount')}>
      <form onSubmit={onSubmit} method="post" action="/register">
        <UsernameField
          minLength={3}
          maxLength={32}
          pattern="[A-Za-z0-9_.\-]+"
          title={t('account.usernameTitle')}
          hint={t('account.usernameRule')}
          error={submit.errorOf('username')}
        />
        <Field
          label={t('account.displayName')}
          name="displayName"
          autoComplete="name"
          maxLength={64}
          hint={t('account.displayNameHint')}
          error={submit.errorOf('displayName')}
        />
        <Field
          label={t('account.password')}
          name="password"
          type="password"
          autoComplete="new-password"
          hint={t('account.passwordHint')}
          error={submit.errorOf('password')}
        />
        <p className="error" role="alert">
          {submit.error}
        </p>
        <button type="submit" className="button primary" disabled={submit.isBusy}>
          {submit.isBusy ? t('account.creating') : t('account.create')}
        </button>
      </form>
      <p className="aside">
        <Text
          of="account.haveAccount"
          tags={{
            link: (words) => (
              <Link router={services.router} href={`/login${location.search}`}>
                {words}
              </Link>
            ),
          }}
        />
      </p>
    </AccountPage>
  );
}
