import type { Message } from '@parley/contracts';
import { useEffect, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { markUnread } from '../../state/unread.js';
import { messagePath } from '../app/router.js';
import { copyText } from '../common/copy-text.js';
import { Dialog } from '../common/Dialog.js';
import { Icon } from '../common/Icon.js';
import { useSubmit } from '../common/use-submit.js';
import { EmojiButton } from '../emoji/EmojiButton.js';
import { t } from '../../texts/texts.js';
import { EditForm } from './EditForm.js';
import { WhoReacted } from './WhoReacted.js';

const QUICK = ['👍', '❤️', '😂', '🎉', '😮', '😢'] as const;

type Step = 'closed' | 'actions' | 'editing' | 'reactions';
const TITLES = { actions: 'changing.message', editing: 'changing.editMessage', reactions: 'changing.whoReacted' } as const;

/** Everything that can be done with one message, behind one button that keyboards and fingers reach. */
export function MessageMenu({ client, message }: { client: ChatClient; message: Message }) {
  const [step, setStep] = useState<Step>('closed');
  const close = () => setStep('closed');
  useEffect(() => {
    const { asked } = client.actions;
    return asked.subscribe(() => {
      if (asked.get()?.messageId === message.id) setStep(asked.get()!.step);
    });
  }, [client, message.id]);
  return (
    <>
      <button
        type="button"
        className="icon-button message-menu"
        aria-haspopup="dialog"
        aria-label={t('changing.actionsFor', { name: message.sender?.displayName ?? t('changing.system') })}
        onClick={() => setStep('actions')}
      >
        <Icon name="more" />
      </button>
      {step === 'closed' ? null : (
        <Dialog key={step} title={t(TITLES[step])} onClose={close}>
          {step === 'editing' ? (
            <EditForm client={client} message={message} onDone={close} />
          ) : step === 'reactions' ? (
            <WhoReacted client={client} message={message} />
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
      <div className="quick-reactions" role="group" aria-label={t('changing.react')}>
        {QUICK.map((emoji, index) => (
          <button
            key={emoji}
            type="button"
            className="icon-button"
            aria-label={t('changing.reactWith', { emoji })}
            aria-pressed={actions.hasReacted(message, emoji)}
            disabled={isBusy}
            {...(index === 0 ? { 'data-first-focus': true } : {})}
            onClick={() => run(() => actions.toggleReaction(message, emoji).then(close))}
          >
            {emoji}
          </button>
        ))}
        <EmojiButton onPick={(emoji) => run(() => actions.toggleReaction(message, emoji).then(close))} />
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
          {t('changing.reply')}
        </button>
        <button
          type="button"
          className="button"
          disabled={isBusy}
          onClick={() => run(() => copyText(location.origin + messagePath(message.roomId, message.seq)).then(close))}
        >
          {t('changing.copyLink')}
        </button>
        <button type="button" className="button" disabled={isBusy} onClick={() => run(() => markUnread(client, message).then(close))}>
          {t('changing.markUnread')}
        </button>
        {message.reactions.length > 0 ? (
          <button type="button" className="button" onClick={() => onStep('reactions')}>
            {t('changing.whoReacted')}
          </button>
        ) : null}
        {actions.canEdit(message) ? (
          <button type="button" className="button" onClick={() => onStep('editing')}>
            {t('changing.edit')}
          </button>
        ) : null}
        {actions.canDelete(message, client.findRoom(message.roomId)) ? (
          <button
            type="button"
            className="button danger"
            onClick={() => {
              close();
              client.deletions.delete(message);
            }}
          >
            {t('changing.delete')}
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
