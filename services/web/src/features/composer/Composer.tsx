import { codePoints, isBlank, LIMITS, type Room } from '@parley/contracts';
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { RoomTimeline } from '../../state/room-timeline.js';
import { TypingSignal } from '../../state/typing-signal.js';
import { AttachButton } from '../attachments/AttachButton.js';
import { DraftFileList } from '../attachments/DraftFileList.js';
import { useFileDrop } from '../attachments/use-file-drop.js';
import { Icon } from '../common/Icon.js';
import { isComposing } from '../common/is-composing.js';
import { useStore } from '../common/use-store.js';
import { EmojiButton } from '../emoji/EmojiButton.js';
import { t } from '../../texts/texts.js';
import { CompletionList, optionId } from './CompletionList.js';
import { EditBar } from './EditBar.js';
import { markOf, toggleMark } from './formatting.js';
import { LengthNote } from './LengthNote.js';
import { ReplyBar } from './ReplyBar.js';
import { useCompletion } from './use-completion.js';
import { useComposedText } from './use-composed-text.js';
import { SilenceNote } from './SilenceNote.js';
import { useSilence } from './use-silence.js';

interface ComposerProps {
  readonly client: ChatClient;
  readonly room: Room;
  readonly timeline: RoomTimeline | undefined;
  readonly title: string;
}

/** Where a message is written, or one's own is written anew. */
export function Composer({ client, room, timeline, title }: ComposerProps) {
  const roomId = room.id;
  const formId = useId();
  const listId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState<number>();
  const { text, setText, editing, beginEditing, endEditing } = useComposedText(client, roomId, timeline);
  const typing = useMemo(() => new TypingSignal((on) => client.sendTyping(roomId, on)), [client, roomId]);
  useEffect(() => () => typing.stop(), [typing]);
  const takeFocus = () => {
    // On a touch screen this would bring up the keyboard, over the messages.
    if (matchMedia('(pointer: fine)').matches) field.current?.focus();
  };
  useEffect(takeFocus, []);
  useLayoutEffect(() => {
    const element = field.current!;
    const form = element.form!;
    // Kept open while the text is measured: a list that grew for that moment would no longer stand at its end.
    form.style.minHeight = `${form.offsetHeight}px`;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
    form.style.minHeight = '';
  }, [text]);

  const files = useStore(client.unsent.files.store).get(roomId) ?? [];
  const [leftOut, setLeftOut] = useState(0);
  const attach = (picked: File[]) => setLeftOut(client.unsent.files.add(roomId, picked));
  const isDropping = useFileDrop(attach);
  const silence = useSilence(client, room, timeline);

  const left = LIMITS.textMax - codePoints(text);
  const isOnline = useStore(client.connectionState).status === 'online';
  // Without a connection files wait together with their message.
  const isComplete = files.every(({ state }) => state === 'ready' || (!isOnline && state !== 'failed'));
  const canSend = editing
    ? !isBlank(text) && left >= 0
    : (!isBlank(text) || files.length > 0) && isComplete && left >= 0 && silence === undefined;

  /** As if it were typed: the browser can undo it. */
  const replace = (from: number, to: number, words: string, selectFrom = from + words.length, selectTo = selectFrom) => {
    const element = field.current!;
    element.focus();
    element.setSelectionRange(from, to);
    // Nothing else leaves the browser's list of what can be undone whole.
    const isDone = document.execCommand(words === '' ? 'delete' : 'insertText', false, words);
    if (!isDone) {
      element.setRangeText(words, from, to);
      setText(element.value);
    }
    element.setSelectionRange(selectFrom, selectTo);
    setCaret(selectTo);
  };
  const completion = useCompletion({ client, room, timeline }, text, caret, replace);

  const send = () => {
    if (!canSend) return;
    typing.sent();
    if (editing) return endEditing(text);
    const attachments = client.unsent.files.take(roomId);
    const waiting = attachments ? [] : client.unsent.files.takeForLater(roomId);
    if (!waiting) return;
    const replyTo = client.actions.replies.get().get(roomId)?.id;
    void client.unsent.outbox.enqueue(roomId, isBlank(text) ? '' : text, attachments, replyTo, waiting);
    client.actions.stopReplying(roomId);
    client.unsent.drafts.end(roomId);
    setLeftOut(0);
    field.current?.focus();
  };
  const onPaste = (event: ClipboardEvent) => {
    // Programs put a picture of what was copied beside its text: then people mean the text.
    const { files: pasted, types } = event.clipboardData;
    if (pasted.length === 0 || types.includes('text/plain')) return;
    event.preventDefault();
    attach([...pasted]);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, all keys belong to it.
    if (isComposing(event.nativeEvent) || completion.onKeyDown(event)) return;
    const mark = markOf(event);
    if (mark !== undefined) {
      event.preventDefault();
      const { selectionStart: from, selectionEnd: to } = event.currentTarget;
      const change = toggleMark({ text, from, to }, mark);
      return replace(change.from, change.to, change.text, change.selectFrom, change.selectTo);
    }
    if (event.key === 'Escape' && editing) {
      event.preventDefault();
      return endEditing(undefined);
    }
    if (event.key === 'ArrowUp' && text === '' && beginEditing()) return event.preventDefault();
    // On touch keyboards Enter starts a new line.
    if (event.key !== 'Enter' || event.shiftKey || matchMedia('(pointer: coarse)').matches) return;
    event.preventDefault();
    send();
  };

  return (
    <div className="composer">
      {isDropping ? <div className="drop-target">{t('composer.dropHere')}</div> : null}
      {editing ? <EditBar onCancel={() => endEditing(undefined)} /> : <ReplyBar client={client} roomId={roomId} />}
      {silence ? <SilenceNote silence={silence} /> : null}
      <DraftFileList files={client.unsent.files} drafts={files} roomId={roomId} onRemoved={takeFocus} />
      {leftOut > 0 ? (
        <p className="composer-note error" role="alert">
          {t('composer.leftOut', { max: LIMITS.attachmentsMax, count: leftOut })}
        </p>
      ) : null}
      <LengthNote
        left={left}
        canAttach={!editing && files.length < LIMITS.attachmentsMax}
        onAttach={() => {
          attach([new File([text], 'message.txt', { type: 'text/plain' })]);
          setText('');
          field.current?.focus();
        }}
      />
      <CompletionList id={listId} state={completion} />
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
          aria-label={editing ? t('composer.textOfMessage') : t('composer.messageTo', { title })}
          placeholder={t('composer.messageTo', { title })}
          aria-invalid={left < 0}
          aria-autocomplete="list"
          aria-controls={completion.completions.length > 0 ? listId : undefined}
          aria-activedescendant={completion.completions.length > 0 ? optionId(listId, completion.active) : undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setCaret(event.currentTarget.selectionStart);
            if (!editing) typing.changed(event.currentTarget.value);
          }}
          onSelect={(event) => {
            // A caret that was put somewhere asks for nothing: only who types does.
            const { selectionStart, selectionEnd, value } = event.currentTarget;
            // With another text in the field the news of it is still to come.
            if (value === text && caret !== undefined && (selectionStart !== selectionEnd || selectionStart !== caret)) setCaret(undefined);
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => {
            typing.stop();
            setCaret(undefined);
          }}
        />
      </form>
      <EmojiButton
        onPick={(emoji) => {
          const { selectionStart, selectionEnd } = field.current!;
          // The dialog gives the focus back when it closes.
          requestAnimationFrame(() => replace(selectionStart, selectionEnd, emoji));
        }}
      />
      <button
        type="submit"
        form={formId}
        className="icon-button send"
        aria-label={t(editing ? 'composer.save' : 'composer.send')}
        disabled={!canSend}
      >
        <Icon name={editing ? 'done' : 'send'} />
      </button>
    </div>
  );
}
