import type { Message } from '@parley/contracts';
import { useEffect, useRef, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { RoomTimeline } from '../../state/room-timeline.js';
import { errorText } from '../../texts/error-text.js';
import { useStore } from '../common/use-store.js';

export interface ComposedText {
  readonly text: string;
  setText(text: string): void;
  /** The message that is written anew; what was begun waits meanwhile. */
  readonly editing: Message | undefined;
  /** Of one's last message. False: there is none to be seen. */
  beginEditing(): boolean;
  /** undefined: it stays as it was. */
  endEditing(text: string | undefined): void;
}

/** What stands in the field: the draft of the room, which all devices share, or one's own message. */
export function useComposedText(client: ChatClient, roomId: string, timeline: RoomTimeline | undefined): ComposedText {
  const { actions } = client;
  const { drafts } = client.unsent;
  const draft = useStore(drafts.store).get(roomId);
  const reply = useStore(actions.replies).get(roomId);
  const [edit, setEdit] = useState<{ readonly message: Message; readonly text: string }>();
  const text = edit?.text ?? draft?.text ?? '';

  const replyTo = draft?.replyTo ?? null;
  const shown = useRef(reply?.id);
  useEffect(() => {
    if (shown.current === reply?.id) return;
    shown.current = reply?.id;
    const known = drafts.of(roomId);
    if ((reply?.id ?? null) !== (known?.replyTo ?? null)) drafts.edit(roomId, known?.text ?? '', reply?.id ?? null);
  }, [drafts, roomId, reply]);
  useEffect(() => {
    // Sent or taken back on another device, if it was not here.
    if (replyTo === null && actions.replies.get().has(roomId)) actions.stopReplying(roomId);
    if (replyTo === null || !timeline) return undefined;
    // What a draft answers is shown once its message is there.
    const restore = () => {
      if (actions.replies.get().get(roomId)?.id === replyTo) return;
      const message = timeline.store.get().messages.find(({ id }) => id === replyTo);
      if (message && drafts.of(roomId)?.replyTo === replyTo) actions.replyTo(message);
    };
    restore();
    return timeline.store.subscribe(restore);
  }, [timeline, actions, drafts, roomId, replyTo]);

  return {
    text,
    setText: (next) => (edit ? setEdit({ ...edit, text: next }) : drafts.edit(roomId, next, reply?.id ?? replyTo)),
    editing: edit?.message,
    beginEditing: () => {
      const own = timeline?.store.get().messages.findLast((message) => actions.canEdit(message) && message.text !== '');
      if (own) setEdit({ message: own, text: own.text });
      return own !== undefined;
    },
    endEditing: (next) => {
      setEdit(undefined);
      if (!edit || next === undefined || next === edit.message.text) return;
      actions.edit(edit.message, next).catch((error: unknown) => {
        client.notices.say(errorText(error));
        // Refused words are not lost: they stand where they were written.
        setEdit((other) => other ?? { message: edit.message, text: next });
      });
    },
  };
}
