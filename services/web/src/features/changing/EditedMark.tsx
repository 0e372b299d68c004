import type { Message } from '@parley/contracts';
import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { onDemand } from '../common/on-demand.js';

const RevisionsDialog = onDemand(async () => (await import('./RevisionsDialog.js')).RevisionsDialog);

/** Says that a message said something else before, and shows what. */
export function EditedMark({ client, message }: { client: ChatClient; message: Message }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="message-edited"
        aria-haspopup="dialog"
        title={t('changing.showVersions')}
        onClick={() => setOpen(true)}
      >
        {t('changing.edited')}
      </button>
      {isOpen ? <RevisionsDialog client={client} message={message} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
