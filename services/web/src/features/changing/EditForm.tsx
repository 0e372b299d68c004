import { codePoints, isBlank, LIMITS, type Message } from '@parley/contracts';
import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { useSubmit } from '../common/use-submit.js';
import { t } from '../../texts/texts.js';

export function EditForm({ client, message, onDone }: { client: ChatClient; message: Message; onDone: () => void }) {
  const [text, setText] = useState(message.text);
  const { isBusy, error, run } = useSubmit();
  const left = LIMITS.textMax - codePoints(text);
  const isEmpty = isBlank(text) && (text !== '' || message.attachments.length === 0);
  return (
    <form
      className="edit-form"
      onSubmit={(event) => {
        event.preventDefault();
        run(() => client.actions.edit(message, text).then(onDone));
      }}
    >
      <textarea
        rows={4}
        value={text}
        dir="auto"
        aria-label={t('changing.text')}
        aria-invalid={left < 0}
        data-first-focus
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {left < 0 ? (
        <p className="error" role="status">
          {t('changing.tooLong', { count: -left })}
        </p>
      ) : null}
      {error === undefined ? null : (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      <div className="button-row">
        <button type="button" className="button" onClick={onDone}>
          {t('common.cancel')}
        </button>
        <button type="submit" className="button primary" disabled={isBusy || isEmpty || left < 0}>
          {t('common.save')}
        </button>
      </div>
    </form>
  );
}
