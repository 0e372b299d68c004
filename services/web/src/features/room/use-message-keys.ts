import type { Message } from '@parley/contracts';
import type { KeyboardEvent } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { markUnread } from '../../state/unread.js';
import { errorText } from '../../texts/error-text.js';
import { t } from '../../texts/texts.js';
import { messagePath } from '../app/router.js';
import { useCommands } from '../commands/use-commands.js';
import { copyText } from '../common/copy-text.js';
import type { Row } from './message-rows.js';

interface MessageKeys {
  readonly client: ChatClient;
  readonly rows: readonly Row[];
  /** May react, answer, and change one's own. */
  readonly canWrite: boolean;
}

/** The list by keys: arrows go from message to message, letters do something with the one that has the focus. */
export function useMessageKeys({ client, rows, canWrite }: MessageKeys): (event: KeyboardEvent<HTMLElement>) => void {
  useCommands(
    () => [
      { id: 'walk', group: 'messages', label: t('commands.walk'), chords: ['ArrowUp', 'ArrowDown'] },
      { id: 'reply', group: 'messages', label: t('commands.reply'), chords: ['r'] },
      { id: 'edit', group: 'messages', label: t('commands.edit'), chords: ['e'] },
      { id: 'react', group: 'messages', label: t('commands.react'), chords: ['+'] },
      { id: 'delete', group: 'messages', label: t('commands.delete'), chords: ['Delete'] },
      { id: 'unread', group: 'messages', label: t('commands.markUnread'), chords: ['u'] },
      { id: 'link', group: 'messages', label: t('commands.copyLink'), chords: ['c'] },
      { id: 'back', group: 'messages', label: t('commands.toComposer'), chords: ['Escape'] },
    ],
    [],
  );

  const run = (work: Promise<unknown>, done?: string) =>
    void work.then(
      () => done !== undefined && client.notices.say(done),
      (error: unknown) => client.notices.say(errorText(error)),
    );
  /** False: the key means nothing for this message. */
  const act = (key: string, message: Message): boolean => {
    const { actions } = client;
    const isOpen = canWrite && message.deletedAt === null && message.kind === 'user';
    if (key === 'c') run(copyText(location.origin + messagePath(message.roomId, message.seq)), t('commands.linkCopied'));
    else if (key === 'u' && canWrite) run(markUnread(client, message), t('commands.isUnread'));
    else if (key === 'r' && isOpen) {
      actions.replyTo(message);
      focusComposer();
    } else if (key === '+' && isOpen) actions.ask(message, 'actions');
    else if (key === 'e' && isOpen && actions.canEdit(message)) actions.ask(message, 'editing');
    else if (key === 'Delete' && isOpen && actions.canDelete(message, client.findRoom(message.roomId))) client.deletions.delete(message);
    else return false;
    return true;
  };

  return (event) => {
    const { key, target, currentTarget: list } = event;
    if (!(target instanceof HTMLElement) || target.closest('dialog, input, textarea, select') || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = target.closest<HTMLElement>('.message-item');
    const isOnRow = item === target;
    let isDone = true;
    if (key === 'Escape') focusComposer();
    else if ((key === 'ArrowUp' || key === 'ArrowDown') && (isOnRow || target === list)) walk(list, item, rows, key === 'ArrowUp' ? -1 : 1);
    else {
      const row = isOnRow ? rows[Number(item.dataset['index'])] : undefined;
      isDone = row?.kind === 'message' && act(key.length === 1 ? key.toLowerCase() : key, row.message);
    }
    if (isDone) event.preventDefault();
  };
}

function focusComposer(): void {
  document.querySelector<HTMLElement>('.composer textarea')?.focus();
}

/** From the row that has the focus to the next message; from the list itself to the last one in sight. */
function walk(list: HTMLElement, from: HTMLElement | null, rows: readonly Row[], step: 1 | -1): void {
  const itemOf = (index: number) => list.querySelector<HTMLElement>(`.message-item[data-index="${index}"]`);
  let next: HTMLElement | null | undefined;
  if (from) {
    let index = Number(from.dataset['index']) + step;
    while (rows[index] !== undefined && rows[index]!.kind === 'members') index += step;
    next = itemOf(index);
  } else {
    const edge = list.getBoundingClientRect().bottom;
    next = [...list.querySelectorAll<HTMLElement>('.message-item')]
      .sort((one, other) => Number(other.dataset['index']) - Number(one.dataset['index']))
      .find((item) => item.getBoundingClientRect().top < edge);
  }
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
}
