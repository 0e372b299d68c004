import type { Room } from '@parley/contracts';
import { useState } from 'react';
import { errorText } from '../../texts/error-text.js';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';

/** Where others have the composer: for somebody who only reads so far. */
export function JoinBar({ client, room }: { client: ChatClient; room: Room }) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const join = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await client.membership.join(room.id);
    } catch (reason) {
      setError(errorText(reason));
      setBusy(false);
    }
  };
  return (
    <div className="join-bar">
      <p role="status">{error ?? t('room.readingOnly')}</p>
      <button type="button" className="button primary" disabled={isBusy} onClick={() => void join()}>
        {isBusy ? t('room.joining') : t('room.join')}
      </button>
    </div>
  );
}
