import { codePoints, isBlank, LIMITS } from '@parley/contracts';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { TypingSignal } from '../../state/typing-signal.js';
import { AttachButton } from '../attachments/AttachButton.js';
import { DraftFileList } from '../attachments/DraftFileList.js';
import { useFileDrop } from '../attachments/use-file-drop.js';
import { ReplyBar } from '../changing/ReplyBar.js';
import { Icon } from '../common/Icon.js';
import { useStore } from '../common/use-store.js';
import { EmojiButton } from '../emoji/EmojiButton.js';
import { t } from '../../texts/texts.js';

/** What was begun in other rooms is still there when they are opened again. */
const drafts = new Map<string, string>();
const SHOW_LEFT_BELOW = 200;

export function Composer({ client, roomId, title }: { client: ChatClient; roomId: string; title: string }) {
  const [text, setText] = useState(() => drafts.get(roomId) ?? '');
  const formId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const typing = useMemo(() => new TypingSignal((on) => client.sendTyping(roomId, on)), [client, roomId]);
  useEffect(() => () => typing.stop(), [typing]);
  useEffect(() => {
    // On a touch screen this would bring up the keyboard, over the messages.
    if (matchMedia('(pointer: fine)').matches) field.current?.focus();
  }, []);
  useLayoutEffect(() => {
    const element = field.current!;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  const files = useStore(client.draftFiles.store).get(roomId) ?? [];
  const [leftOut, setLeftOut] = useState(0);
  const attach = (picked: File[]) => setLeftOut(client.draftFiles.add(roomId, picked));
  const isDropping = useFileDrop(attach);

  const left = LIMITS.textMax - codePoints(text);
  const isComplete = files.every(({ state }) => state === 'ready');
  const canSend = (!isBlank(text) || files.length > 0) && isComplete && left >= 0;

  const change = (next: string) => {
    setText(next);
    drafts.set(roomId, next);
    typing.changed(next);
  };
  const send = () => {
    const attachments = canSend ? client.draftFiles.take(roomId) : undefined;
    if (!attachments) return;
    const replyTo = client.actions.replies.get().get(roomId)?.id;
    void client.outbox.enqueue(roomId, isBlank(text) ? '' : text, attachments, replyTo);
    client.actions.stopReplying(roomId);
    setText('');
    setLeftOut(0);
    drafts.delete(roomId);
    typing.sent();
    field.current?.focus();
  };
  const insert = (words: string) => {
    const { selectionStart, selectionEnd } = field.current!;
    change(text.slice(0, selectionStart) + words + text.slice(selectionEnd));
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(selectionStart + words.length, selectionStart + words.length);
    });
  };
  const onPaste = (event: ClipboardEvent) => {
    // Programs put a picture of what was copied beside its text: then people mean the text.
    const { files: pasted, types } = event.clipboardData;
    if (pasted.length === 0 || types.includes('text/plain')) return;
    event.preventDefault();
    attach([...pasted]);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, Enter belongs to it; on touch keyboards it starts a new line.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || matchMedia('(pointer: coarse)').matches) return;
    event.preventDefault();
    send();
  };

  return (
    <div className="composer">
      {isDropping ? <div className="drop-target">{t('room.drop')}</div> : null}
      <ReplyBar client={client} roomId={roomId} />
      <DraftFileList files={client.draftFiles} drafts={files} roomId={roomId} />
      {leftOut > 0 ? (
        <p className="composer-note error" role="alert">
          {t('room.leftOut', { max: LIMITS.attachmentsMax, count: leftOut })}
        </p>
      ) : null}
      <AttachButton onFiles={attach} />
      {/* No dialog may stand in the form: what is submitted in there would send the message. */}
      <form
        id={formId}
        className="composer-form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <textarea
          ref={field}
          rows={1}
          value={text}
          dir="auto"
          aria-label={t('room.messageTo', { title })}
          placeholder={t('room.messageTo', { title })}
          aria-invalid={left < 0}
          onChange={(event) => change(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => typing.stop()}
        />
      </form>
      {left < SHOW_LEFT_BELOW ? (
        <span className={left < 0 ? 'composer-left error' : 'composer-left hint'} role="status">
          {left < 0 ? t('changing.tooLong', { count: -left }) : t('room.left', { count: left })}
        </span>
      ) : null}
      <EmojiButton onPick={insert} />
      <button type="submit" form={formId} className="icon-button send" aria-label={t('room.send')} disabled={!canSend}>
        <Icon name="send" />
      </button>
    </div>
  );
}
