import type { PushPayload } from '@parley/contracts';

type Note = Extract<PushPayload, { web_push: 8030 }>['notification'];

const PATH = /^\/chat(?:\/|$)/;

/** Shows what the server sent, or takes away what was read elsewhere. A page that is in use tells its reader by itself. */
export async function handlePush(data: PushMessageData | null): Promise<void> {
  const payload = data?.json() as PushPayload | undefined;
  if (!payload) return;
  if ('read' in payload) for (const tag of payload.read) await dismiss(tag);
  else if (!(await isInUse())) await show(payload.notification);
  await badge();
}

async function show({ title, body, tag, dir, data }: Note): Promise<void> {
  // `renotify`: the next message of a room takes the place of the one before, and is heard.
  const options: NotificationOptions & { renotify: boolean } = {
    ...{ body, tag, dir, data, renotify: true },
    ...{ icon: '/icons/icon-192.png', badge: '/icons/badge-96.png' },
  };
  await registration().showNotification(title, options);
}

async function dismiss(tag: string): Promise<void> {
  for (const notification of await registration().getNotifications({ tag })) notification.close();
}

/** Opens the room at the message: in a window that is there, else in a new one. */
export async function openNotification(notification: Notification): Promise<void> {
  notification.close();
  const { path } = (notification.data ?? {}) as { path?: unknown };
  const target = typeof path === 'string' && PATH.test(path) ? path : '/chat';
  const [window] = await windows();
  if (!window) return void (await worker().clients.openWindow(target));
  // Where it may not come to the front it shows the room all the same.
  await window.focus().catch(() => undefined);
  window.postMessage({ type: 'open', path: target });
  await badge();
}

/** As many as are shown; the page counts better as soon as it is open. */
async function badge(): Promise<void> {
  const { length } = await registration().getNotifications();
  const device = worker().navigator as { setAppBadge?: (count: number) => Promise<void> };
  if ((await windows()).length === 0) await device.setAppBadge?.(length).catch(() => undefined);
}

async function isInUse(): Promise<boolean> {
  return (await windows()).some(({ focused, visibilityState }) => focused && visibilityState === 'visible');
}

const worker = (): ServiceWorkerGlobalScope => self as unknown as ServiceWorkerGlobalScope;
const registration = (): ServiceWorkerRegistration => worker().registration;
const windows = (): Promise<readonly WindowClient[]> => worker().clients.matchAll({ type: 'window', includeUncontrolled: true });
