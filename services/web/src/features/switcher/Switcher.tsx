import { useDeferredValue, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { errorText } from '../../texts/error-text.js';
import { t } from '../../texts/texts.js';
import { roomPath, type Router } from '../app/router.js';
import type { Commands } from '../commands/commands.js';
import { Dialog } from '../common/Dialog.js';
import { isComposing } from '../common/is-composing.js';
import { Notice } from '../common/Notice.js';
import { useStore } from '../common/use-store.js';
import { findLocally, indexOf, withRemote, type SwitcherItem } from './switcher-items.js';
import { SwitcherOption } from './SwitcherOption.js';
import { useRemoteItems } from './use-remote-items.js';

interface SwitcherProps {
  readonly client: ChatClient;
  readonly router: Router;
  readonly roomId: string | undefined;
  readonly commands: Commands;
  readonly onClose: () => void;
}

/** A few letters and Enter lead to any room, person or action. */
export function Switcher({ client, router, roomId, commands, onClose }: SwitcherProps) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const [error, setError] = useState<string>();
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const conversations = useStore(client.conversations.store);
  const recent = useStore(client.recentRooms.store);
  const offered = useStore(commands.store);
  const wanted = useDeferredValue(typed);
  const index = useMemo(() => indexOf(conversations), [conversations]);
  const remote = useRemoteItems(client, wanted);
  const items = useMemo(
    () => withRemote(findLocally(wanted, { index, recent, currentRoomId: roomId, commands: offered }), remote, conversations),
    [wanted, index, recent, roomId, offered, remote, conversations],
  );
  const active = Math.min(chosen, items.length - 1);
  const optionId = (at: number) => `${listId}-${at}`;

  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active, items]);

  const go = (item: SwitcherItem | undefined) => {
    if (!item) return;
    if (item.kind === 'person')
      return void client.membership.openDirect(item.user.id).then(
        (room) => leaveTo(room.id),
        (reason: unknown) => setError(errorText(reason)),
      );
    if (item.kind === 'room') client.knownRooms.learn(item.room);
    if (item.kind !== 'command') return leaveTo(item.key);
    onClose();
    item.command.run?.();
  };
  const leaveTo = (id: string) => {
    onClose();
    router.go(roomPath(id));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && items.length > 0) setChosen((active + step + items.length) % items.length);
    else if (event.key === 'Enter') go(items[active]);
    else if (step === 0) return;
    event.preventDefault();
  };

  return (
    <Dialog title={t('switcher.title')} onClose={onClose}>
      <div className="switcher">
        <input
          type="text"
          role="combobox"
          aria-label={t('switcher.label')}
          aria-describedby={`${listId}-hint`}
          aria-autocomplete="list"
          aria-expanded={items.length > 0}
          aria-controls={listId}
          aria-activedescendant={items.length > 0 ? optionId(active) : undefined}
          placeholder={t('switcher.placeholder')}
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          value={typed}
          data-first-focus
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setChosen(0);
            setError(undefined);
          }}
          onKeyDown={onKeyDown}
        />
        <p className="hint" id={`${listId}-hint`}>
          {t('switcher.hint')}
        </p>
        <p className="error" role="alert">
          {error}
        </p>
        <div ref={list} id={listId} role="listbox" aria-label={t('switcher.found')} className="switcher-list">
          {items.map((item, at) => (
            <SwitcherOption key={item.key} id={optionId(at)} item={item} isActive={at === active} onPick={() => go(item)} />
          ))}
        </div>
        {items.length === 0 ? <Notice title={t('switcher.nothing')} /> : null}
        <p className="visually-hidden" role="status">
          {typed === '' ? '' : t('switcher.count', { count: items.length })}
        </p>
      </div>
    </Dialog>
  );
}
