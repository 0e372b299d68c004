import type { Conversation, Room } from '@parley/contracts';
import type { ChatClient } from '../../state/chat-client.js';
import { setFavourite, setNotifications } from '../../state/conversation-wishes.js';
import { isMuted, titleOf } from '../../state/conversations.js';
import { markRead, markUnreadFromNewest } from '../../state/unread.js';
import { errorText } from '../../texts/error-text.js';
import { t } from '../../texts/texts.js';
import { roomPath } from '../app/router.js';
import { Menu, MenuGroup, MenuItem } from '../common/Menu.js';
import type { MenuAnchor } from '../common/menu-place.js';
import { muteChoices } from '../notifications/mute-times.js';
import { notifyLevels } from '../notifications/notify-levels.js';

interface ConversationMenuProps {
  readonly client: ChatClient;
  readonly conversation: Conversation;
  readonly anchor: MenuAnchor;
  readonly onClose: () => void;
  readonly onLeave: (room: Room) => void;
}

/** What can be done with a conversation without opening it. */
export function ConversationMenu({ client, conversation, anchor, onClose, onLeave }: ConversationMenuProps) {
  const { room, unreadCount, head, notify, mutedUntil, favourite } = conversation;
  const title = titleOf(room);

  const run = (work: Promise<unknown>) => {
    onClose();
    work.catch((error: unknown) => client.notices.say(errorText(error)));
  };
  const markUnread = async () => {
    if (!(await markUnreadFromNewest(client, conversation))) client.notices.say(t('conversations.nothingUnread'));
  };
  const copyLink = async () => {
    await navigator.clipboard.writeText(location.origin + roomPath(room.id));
    client.notices.say(t('commands.linkCopied'));
  };
  return (
    <Menu label={t('conversations.menu', { room: title })} anchor={anchor} onClose={onClose}>
      {unreadCount > 0 ? (
        <MenuItem onSelect={() => run(markRead(client, room.id, head))}>{t('room.markRead')}</MenuItem>
      ) : (
        <MenuItem onSelect={() => run(markUnread())}>{t('conversations.markUnread')}</MenuItem>
      )}
      <MenuItem kind="checkbox" isChecked={favourite} onSelect={() => run(setFavourite(client, room.id, !favourite))}>
        {t('conversations.favourite')}
      </MenuItem>
      <MenuItem onSelect={() => run(copyLink())}>{t('conversations.copyLink')}</MenuItem>
      <MenuGroup label={t('notifications.tellMeOf')}>
        {notifyLevels().map(([level, label]) => (
          <MenuItem
            key={level}
            kind="radio"
            isChecked={notify === level}
            onSelect={() => run(setNotifications(client, room.id, { notify: level, mutedUntil }))}
          >
            {label}
          </MenuItem>
        ))}
      </MenuGroup>
      {isMuted(conversation) ? (
        <MenuItem onSelect={() => run(setNotifications(client, room.id, { notify }))}>{t('notifications.unmute')}</MenuItem>
      ) : (
        <MenuGroup label={t('notifications.mute')}>
          {muteChoices().map(({ label, until }) => (
            <MenuItem key={label} onSelect={() => run(setNotifications(client, room.id, { notify, mutedUntil: until }))}>
              {label}
            </MenuItem>
          ))}
        </MenuGroup>
      )}
      {room.kind === 'room' ? (
        <MenuItem isDangerous onSelect={() => onLeave(room)}>
          {t('room.leave')}
        </MenuItem>
      ) : null}
    </Menu>
  );
}
