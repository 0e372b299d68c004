import type { Message } from '@parley/contracts';
import { useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { markUnread } from '../../state/unread.js';
import { messagePath } from '../app/router.js';
import { Dialog } from '../common/Dialog.js';
import { Icon } from '../common/Icon.js';
import { useSubmit } from '../common/use-submit.js';
import { EditForm } from './EditForm.js';

const QUICK = ['👍', '❤️', '😂', '🎉', '😮', '😢'] as const;

type Step = 'closed' | 'actions' | 'editing' | 'deleting';
const TITLES = { actions: 'Message', editing: 'Edit message', deleting: 'Delete message' } as const;

/** Everything that can be done with one message, behind one button that keyboards and fingers reach. */
export function MessageMenu({ client, message }: { client: ChatClient; message: Message }) {
  const [step, setStep] = useState<Step>('closed');
  const close = () => setStep('closed');
  return (
    <>
      <button
        type="button"
        className="icon-button message-menu"
        aria-haspopup="dialog"
        aria-label={`Actions for the message by ${message.sender?.displayName ?? 'the system'}`}
        onClick={() => setStep('actions')}
      >
        <Icon name="more" />
      </button>
      {step === 'closed' ? null : (
        <Dialog key={step} title={TITLES[step]} onClose={close}>
          {step === 'editing' ? (
            <EditForm client={client} message={message} onDone={close} />
          ) : step === 'deleting' ? (
            <DeleteQuestion client={client} message={message} onDone={close} />
          ) : (
            <Actions client={client} message={message} onStep={setStep} />
          )}
        </Dialog>
      )}
    </>
  );
}

function Actions({ client, message, onStep }: { client: ChatClient; message: Message; onStep: (step: Step) => void }) {
  const { actions } = client;
  const { isBusy, error, run } = useSubmit();
  const close = () => onStep('closed');
  return (
    <>
      <div className="quick-reactions" role="group" aria-label="React">
        {QUICK.map((emoji, index) => (
          <button
            key={emoji}
            type="button"
            className="icon-button"
            aria-label={`React with ${emoji}`}
            aria-pressed={actions.hasReacted(message, emoji)}
            disabled={isBusy}
            {...(index === 0 ? { 'data-first-focus': true } : {})}
            onClick={() => run(() => actions.toggleReaction(message, emoji).then(close))}
          >
            {emoji}
          </button>
        ))}
      </div>
      <div className="menu-list">
        <button
          type="button"
          className="button"
          onClick={() => {
            actions.replyTo(message);
            close();
          }}
        >
          Reply
        </button>
        <button
          type="button"
          className="button"
          disabled={isBusy}
          onClick={() => run(() => navigator.clipboard.writeText(location.origin + messagePath(message.roomId, message.seq)).then(close))}
        >
          Copy link
        </button>
        <button type="button" className="button" disabled={isBusy} onClick={() => run(() => markUnread(client, message).then(close))}>
          Mark unread from here
        </button>
        {actions.canEdit(message) ? (
          <button type="button" className="button" onClick={() => onStep('editing')}>
            Edit
          </button>
        ) : null}
        {actions.canDelete(message, client.findRoom(message.roomId)) ? (
          <button type="button" className="button danger" onClick={() => onStep('deleting')}>
            Delete
          </button>
        ) : null}
      </div>
      {error === undefined ? null : (
        <p className="error" role="alert">
          {error}
        </p>
      )}
    </>
  );
}

function DeleteQuestion({ client, message, onDone }: { client: ChatClient; message: Message; onDone: () => void }) {
  const { isBusy, error, run } = useSubmit();
  return (
    <>
      <p>It goes for everybody and for good, with its files.</p>
      {error === undefined ? null : (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      <div className="button-row">
        <button type="button" className="button" data-first-focus onClick={onDone}>
          Keep it
        </button>
        <button
          type="button"
          className="button danger"
          disabled={isBusy}
          onClick={() => run(() => client.actions.delete(message).then(onDone))}
        >
          Delete
        </button>
      </div>
    </>
  );
}
