import type { Exclusive } from '@parley/client';
import type { ServiceWorkers } from '../../net/service-worker.js';
import type { ChatClient } from '../../state/chat-client.js';
import { Notifier, type Note } from '../../state/notifier.js';
import { spokenLanguage } from '../../texts/texts.js';
import { messagePath } from '../app/router.js';
import { chime } from './chime.js';

/** What one page does to get its reader's attention: notifications and a sound. */
export class DeviceNotifications {
  private readonly notifier: Notifier;
  private readonly endings: (() => void)[] = [];
  private isTeller = false;

  constructor(
    private readonly client: ChatClient,
    private readonly workers: ServiceWorkers,
    exclusive: Exclusive,
  ) {
    this.notifier = new Notifier({
      conversations: client.conversations.store,
      isReady: () => client.listStatus.get().status === 'ready',
      isTeller: () => this.isTeller,
      isReading: (roomId) => roomId === client.currentRoomId && document.visibilityState === 'visible' && document.hasFocus(),
      show: (note) => void this.show(note),
      dismiss: (roomId) => void this.dismiss(roomId),
    });
    // Whichever tab gets it tells, until it is closed.
    const ended = new Promise<void>((resolve) => this.endings.push(resolve));
    void exclusive.run(`parley:teller:${client.me.id}`, () => {
      this.isTeller = true;
      return ended;
    });
    const reload = () => client.notificationSettings.reload();
    addEventListener('storage', reload);
    this.endings.push(() => removeEventListener('storage', reload));
    if (client.notificationSettings.store.get().isPushed) this.renewPush();
  }

  dispose(): void {
    this.notifier.dispose();
    for (const end of this.endings) end();
  }

  private async show({ roomId, seq, title, body }: Note): Promise<void> {
    const { isShown, isHeard } = this.client.notificationSettings.store.get();
    if (isHeard) chime().catch(() => undefined);
    if (!isShown || !('Notification' in globalThis) || Notification.permission !== 'granted') return;
    const registration = await this.workers.register();
    const data = { path: messagePath(roomId, seq) };
    const shown = { body, tag: roomId, dir: 'auto', data, icon: '/icons/icon-192.png', badge: '/icons/badge-96.png' } as const;
    // The worker's own, so that it stays and can be clicked when this page is gone.
    await registration?.showNotification(title, { ...shown, renotify: true } as NotificationOptions);
  }

  private async dismiss(roomId: string): Promise<void> {
    const registration = await this.workers.register();
    for (const notification of (await registration?.getNotifications({ tag: roomId })) ?? []) notification.close();
  }

  /** The server forgets sessions that it does not hear of, and browsers change their addresses. */
  private renewPush(): void {
    this.client.push.subscribe(spokenLanguage.get().language).catch((error: unknown) => console.warn('push messages are off', error));
  }
}
