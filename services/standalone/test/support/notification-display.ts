import { eventually } from '@parley/testing';
import type { BrowserContext, Page, Worker } from 'playwright-core';

export interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly path: string;
}

/**
 * Chromium without a screen denies notifications to everybody and shows none. This stands in for the display alone, in pages
 * and in the service worker: what is shown is kept in a list, by its tag, until it is closed.
 */
function keepWhatIsShown(): void {
  if (typeof ServiceWorkerRegistration === 'undefined') return; // about:blank
  const shown: { title: string; body: string; tag: string; data: { path: string }; close: () => void }[] = [];
  const prototype = ServiceWorkerRegistration.prototype;
  prototype.showNotification = (title, { body = '', tag = '', data } = {}) => {
    const notification = {
      title,
      body,
      tag,
      data: data as { path: string },
      close: () => void shown.splice(shown.indexOf(notification), 1),
    };
    for (const other of shown.filter((each) => each.tag === tag)) other.close();
    shown.push(notification);
    return Promise.resolve();
  };
  prototype.getNotifications = ({ tag } = {}) =>
    Promise.resolve(shown.filter((each) => tag === undefined || each.tag === tag) as unknown as Notification[]);
  // A worker that sets a badge, which there is no place for, is killed.
  Object.assign(navigator, { setAppBadge: () => Promise.resolve() });
  Object.defineProperty(Notification, 'permission', { get: () => 'granted' });
  Notification.requestPermission = () => Promise.resolve('granted');
}

/** In pages: nobody listens. */
function countNotes(): void {
  const heard = { notes: 0 };
  Object.assign(globalThis, { heard });
  const start = Reflect.get(OscillatorNode.prototype, 'start') as OscillatorNode['start'];
  OscillatorNode.prototype.start = function (when) {
    heard.notes += 1;
    start.call(this, when);
  };
}

/** Before the first page of the browser is opened. */
export async function giveDisplay(context: BrowserContext): Promise<void> {
  await context.addInitScript(keepWhatIsShown);
  await context.addInitScript(countNotes);
}

/** How many notes this page has played. */
export const notesOf = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as unknown as { heard: { notes: number } }).heard.notes);

/** The service worker that this page has brought, once it works; with a display. */
export async function workerOf(page: Page): Promise<Worker> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const [worker] = page.context().serviceWorkers();
  await worker!.evaluate(keepWhatIsShown);
  return worker!;
}

/** By this page, or by this worker. */
export const shownBy = (place: Page | Worker): Promise<Shown[]> =>
  (place as Page).evaluate(async () => {
    const registration =
      'registration' in globalThis
        ? (globalThis as unknown as { registration: ServiceWorkerRegistration }).registration
        : await navigator.serviceWorker.ready;
    const notifications = await registration.getNotifications();
    return notifications.map(({ title, body, tag, data }) => ({ title, body, tag, path: (data as { path: string }).path }));
  });

/**
 * Clicks what is shown, as far as a click can be had without a display: the worker's own handler gets an event of the same
 * shape. Only a real click lets it open a window. @returns the path for which it wanted one; undefined if a window was there
 */
export const clickOn = (worker: Worker, { tag, path }: Shown): Promise<string | undefined> =>
  worker.evaluate(
    async (data) => {
      const { clients } = globalThis as unknown as { clients: { openWindow: (url: string) => Promise<void> } };
      const opened: string[] = [];
      clients.openWindow = (url) => Promise.resolve(void opened.push(url));
      const work: Promise<unknown>[] = [];
      const notification = { data, close: () => undefined };
      dispatchEvent(
        Object.assign(new Event('notificationclick'), { notification, waitUntil: (promise: Promise<unknown>) => void work.push(promise) }),
      );
      await Promise.all(work);
      return opened[0];
    },
    { path, tag },
  );

/** As a push service would, past it: the browser hands this to the worker of the site. */
export async function deliverPush(page: Page, origin: string, data: object): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const ids: string[] = [];
  cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    for (const { registrationId, scopeURL } of registrations) if (scopeURL.startsWith(origin)) ids.push(registrationId);
  });
  await cdp.send('ServiceWorker.enable');
  await eventually(() => ids.length > 0, { describe: 'the worker is registered' });
  await cdp.send('ServiceWorker.deliverPushMessage', { origin: `${origin}/`, registrationId: ids.at(-1)!, data: JSON.stringify(data) });
}
