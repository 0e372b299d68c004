import { useEffect } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import type { Unread } from '../../state/conversations.js';
import type { Services } from '../app/services.js';
import { DeviceNotifications } from './device-notifications.js';

/** Notifications, from when somebody is logged in until they are not, and the number on the icon of the installed application. */
export function useAttention(client: ChatClient, { workers, exclusive, router }: Services, { forMe }: Unread): void {
  useEffect(() => {
    const notifications = new DeviceNotifications(client, workers, exclusive);
    const end = workers.onOpen((path) => router.go(path));
    return () => {
      end();
      notifications.dispose();
    };
  }, [client, workers, exclusive, router]);
  useEffect(() => {
    const device = navigator as { setAppBadge?: (count: number) => Promise<void> };
    device.setAppBadge?.(forMe).catch(() => undefined);
  }, [forMe]);
}
