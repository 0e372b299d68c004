import { useEffect, useState } from 'react';
import { type SessionKeeper, halfJitterMs } from '@parley/client';
import { errorText } from '../../texts/error-text.js';
import { t } from '../../texts/texts.js';

/** Finds out who is logged in; goes on asking while the server does not answer. */
export function Boot({ session }: { session: SessionKeeper }) {
  const [error, setError] = useState<string>();

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isGone = false;
    const ask = (attempt: number) => {
      clearTimeout(timer);
      session.restore().catch((reason: unknown) => {
        if (isGone) return;
        setError(errorText(reason));
        timer = setTimeout(() => ask(attempt + 1), halfJitterMs(attempt, Math.random));
      });
    };
    const askAtOnce = () => ask(0);
    ask(0);
    addEventListener('online', askAtOnce);
    return () => {
      isGone = true;
      removeEventListener('online', askAtOnce);
      clearTimeout(timer);
    };
  }, [session]);

  return (
    <main className="boot" aria-busy="true">
      <h1 className="brand">Parley</h1>
      <p role="status">{error === undefined ? t('app.opening') : t('app.againAfter', { error })}</p>
    </main>
  );
}
