import { titleOf } from '../../state/conversations.js';
import { t } from '../../texts/texts.js';
import { isApple, keysOf } from '../commands/key-chord.js';
import { Avatar } from '../common/Avatar.js';
import { Icon } from '../common/Icon.js';
import { RoomBadge } from '../sidebar/RoomBadge.js';
import { UnreadMark } from '../sidebar/UnreadMark.js';
import type { SwitcherItem } from './switcher-items.js';

interface SwitcherOptionProps {
  readonly id: string;
  readonly item: SwitcherItem;
  readonly isActive: boolean;
  readonly onPick: () => void;
}

export function SwitcherOption({ id, item, isActive, onPick }: SwitcherOptionProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field has the focus and its keys
    <div id={id} role="option" aria-selected={isActive} tabIndex={-1} className="switcher-option" onClick={onPick}>
      {pictureOf(item)}
      <span className="list-text">
        <bdi className="list-title">{nameOf(item)}</bdi>
        <span className="hint">{aboutOf(item)}</span>
      </span>
      {item.kind === 'conversation' && item.conversation.unreadCount > 0 ? <UnreadMark conversation={item.conversation} /> : null}
      {item.kind === 'command' && item.command.chords
        ? keysOf(item.command.chords[0]!, isApple(navigator.platform)).map((key) => <kbd key={key}>{key}</kbd>)
        : null}
    </div>
  );
}

function pictureOf(item: SwitcherItem) {
  switch (item.kind) {
    case 'conversation':
      return <RoomBadge room={item.conversation.room} />;
    case 'room':
      return <RoomBadge room={item.room} />;
    case 'person':
      return <Avatar url={item.user.avatarUrl} />;
    case 'command':
      return (
        <span className="room-badge">
          <Icon name="forward" />
        </span>
      );
  }
}

function nameOf(item: SwitcherItem): string {
  switch (item.kind) {
    case 'conversation':
      return titleOf(item.conversation.room);
    case 'room':
      return item.room.name;
    case 'person':
      return item.user.displayName;
    case 'command':
      return item.command.label;
  }
}

function aboutOf(item: SwitcherItem): string {
  switch (item.kind) {
    case 'conversation': {
      const { room } = item.conversation;
      return room.peer ? `@${room.peer.username}` : room.topic || t('switcher.room');
    }
    case 'room':
      return t('switcher.openRoom', { count: item.room.memberCount });
    case 'person':
      return `@${item.user.username}`;
    case 'command':
      return t('switcher.action');
  }
}
