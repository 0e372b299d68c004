import { useState } from 'react';
import { Field } from '../common/Field.js';

/** The one time that a generated password is seen. */
export function GeneratedPassword({ username, password, onDone }: { username: string; password: string; onDone: () => void }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const copy = () => {
    // Not offered outside of https and localhost.
    const writing = navigator.clipboard ? navigator.clipboard.writeText(password) : Promise.reject(new Error('no clipboard'));
    writing.then(
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
        This is your password. <strong>It is shown only now:</strong> keep it in a safe place before you go on.
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
        label="Your password"
        name="password"
        autoComplete="new-password"
        className="secret"
        value={password}
        readOnly
        onFocus={(event) => event.currentTarget.select()}
      />
      <p role="status" className="hint">
        {copied === 'yes' ? 'Copied.' : copied === 'failed' ? 'Copying is not allowed here. Select the password and copy it yourself.' : ''}
      </p>
      <div className="button-row">
        <button type="button" className="button" onClick={copy}>
          Copy password
        </button>
        <button type="submit" className="button primary">
          I have saved it
        </button>
      </div>
    </form>
  );
}
