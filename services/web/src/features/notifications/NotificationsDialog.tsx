import type { ChatClient } from '../../state/chat-client.js';
import { t } from '../../texts/texts.js';
import { Dialog } from '../common/Dialog.js';
import { DeviceNotificationSettings } from './DeviceNotificationSettings.js';

export function NotificationsDialog({ client, onClose }: { client: ChatClient; onClose: () => void }) {
  return (
    <Dialog title={t('notifications.title')} onClose={onClose}>
      <DeviceNotificationSettings client={client} />
    </Dialog>
  );
}
