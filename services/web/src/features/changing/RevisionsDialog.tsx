import type { Message } from '@parley/contracts';
import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { Dialog } from '../common/Dialog.js';
import { LoadFailure } from '../common/LoadFailure.js';
import { fullTime } from '../common/times.js';
import { useLoaded } from '../common/use-loaded.js';

interface RevisionsDialogProps {
  readonly client: ChatClient;
  readonly message: Message;
  readonly onClose: () => void;
}

/** What a message said, version by version, as it was written: the newest first. */
export function RevisionsDialog({ client, message, onClose }: RevisionsDialogProps) {
  const { value, error, reload } = useLoaded(() => client.api.revisions(message.roomId, message.id), message.rev);
  return (
    <Dialog title={t('changing.versions')} onClose={onClose}>
      {error === undefined ? null : <LoadFailure error={error} onRetry={reload} />}
      <ol className="revisions">
        {value?.revisions.toReversed().map(({ rev, text, editedAt }) => (
          <li key={rev}>
            <time className="hint" dateTime={editedAt}>
              {fullTime(editedAt)}
            </time>
            <p className="revision-text" dir="auto">
              {text}
            </p>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
