import { useState } from 'react';
import { t } from '../../texts/texts.js';
import { copyText } from '../common/copy-text.js';
import { Field } from '../common/Field.js';
import { Text } from '../common/Text.js';

/** The one time that a generated password is seen. */
export function GeneratedPassword({ username, password, onDone }: { username: string; password: string; onDone: () => void }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const copy = () => {
    copyText(password).then(
      () => setCopied('yes'),
      () => setCopied('failed'),
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onDone();
      }}
    >
      <p>
        <Text of="account.yourPasswordIs" tags={{ strong: (words) => <strong>{words}</strong> }} />
      </p>
      {/* Lets password managers offer to save it. */}
      <input
        className="visually-hidden"
        name="username"
        autoComplete="username"
        value={username}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <Field
        label={t('account.yourPassword')}
        name="password"
        autoComplete="new-password"
        className="secret"
        value={password}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
      />
      <p role="status" className="hint">
        {copied === 'yes' ? t('account.copied') : copied === 'failed' ? t('account.copyRefused') : ''}
      </p>
      <div className="button-row">
        <button type="button" className="button" onClick={copy}>
          {t('account.copyPassword')}
        </button>
        <button type="submit" className="button primary">
          {t('account.saved')}
        </button>
      </div>
    </form>
  );
}
