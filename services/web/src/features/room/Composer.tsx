import { codePoints, isBlank, LIMITS } from '@parley/contracts';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { TypingSignal } from '../../state/typing-signal.js';
import { Icon } from '../common/Icon.js';

/** What was begun in other rooms is still there when they are opened again. */
const drafts = new Map<string, string>();
const SHOW_LEFT_BELOW = 200;

export function Composer({ client, roomId, title }: { client: ChatClient; roomId: string; title: string }) {
  const [text, setText] = useState(() => drafts.get(roomId) ?? '');
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

  const left = LIMITS.textMax - codePoints(text);
  const canSend = !isBlank(text) && left >= 0;

  const change = (next: string) => {
    setText(next);
    drafts.set(roomId, next);
    typing.changed(next);
  };
  const send = () => {
    if (!canSend) return;
    void client.outbox.enqueue(roomId, text);
    setText('');
    drafts.delete(roomId);
    typing.sent();
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, Enter belongs to it; on touch keyboards it starts a new line.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || matchMedia('(pointer: coarse)').matches) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className="composer"
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
        aria-label={`Message to ${title}`}
        placeholder={`Message to ${title}`}
        aria-invalid={left < 0}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => typing.stop()}
      />
      {left < SHOW_LEFT_BELOW ? (
        <span className={left < 0 ? 'composer-left error' : 'composer-left hint'} role="status">
          {left < 0 ? `${-left} characters too many` : `${left} left`}
        </span>
      ) : null}
      <button type="submit" className="icon-button send" aria-label="Send" disabled={!canSend}>
        <Icon name="send" />
      </button>
    </form>
  );
}
