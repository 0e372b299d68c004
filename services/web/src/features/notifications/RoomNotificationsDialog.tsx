import type { Conversation } from '@parley/contracts';
import type { ChatClient } from '../../state/chat-client.js';
import { titleOf } from '../../state/conversations.js';
import { t } from '../../texts/texts.js';
import { Dialog } from '../common/Dialog.js';
import { RoomNotifications } from './RoomNotifications.js';

interface RoomNotificationsDialogProps {
  readonly client: ChatClient;
  readonly conversation: Conversation;
  readonly onClose: () => void;
}

export function RoomNotificationsDialog({ client, conversation, onClose }: RoomNotificationsDialogProps) {
  return (
    <Dialog title={t('notifications.ofRoom', { room: titleOf(conversation.room) })} onClose={onClose}>
      <RoomNotifications client={client} conversation={conversation} />
    </Dialog>
  );
}
