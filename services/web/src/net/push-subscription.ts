import type { PushLanguage } from '@parley/contracts';
import type { ChatApi } from './chat-api.js';
import type { ServiceWorkers } from './service-worker.js';

/** Tells the server where push messages for this session go. */
export class PushSubscriptions {
  constructor(
    private readonly api: ChatApi,
    private readonly workers: ServiceWorkers,
  ) {}

  /** Whether this browser and this installation have push messages at all. */
  async isPossible(): Promise<boolean> {
    return 'PushManager' in globalThis && (await this.workers.register()) !== undefined && (await this.serverKey()) !== null;
  }

  /** Also what is done at each start: the server forgets whom it has not heard of. Rejects where the browser refuses. */
  async subscribe(language: PushLanguage): Promise<void> {
    const [registration, key] = [await this.workers.register(), await this.serverKey()];
    if (!registration || key === null) return;
    const subscription = await subscribeWith(registration, key);
    const { endpoint, keys } = subscription.toJSON() as { endpoint: string; keys: { p256dh: string; auth: string } };
    await this.api.call('PUT /api/chat/push/subscription', { body: { endpoint, keys, language } });
  }

  async unsubscribe(): Promise<void> {
    await this.api.call('DELETE /api/chat/push/subscription');
    const registration = await this.workers.register();
    await (await registration?.pushManager?.getSubscription())?.unsubscribe();
  }

  private async serverKey(): Promise<string | null> {
    return (await this.api.call('GET /api/chat/push/key')).publicKey;
  }
}

/** One that was made with another key of the server is worth nothing. */
async function subscribeWith(registration: ServiceWorkerRegistration, key: string): Promise<PushSubscription> {
  await navigator.serviceWorker.ready;
  const present = await registration.pushManager.getSubscription();
  if (present && keyOf(present) === key) return present;
  await present?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function keyOf({ options: { applicationServerKey } }: PushSubscription): string | undefined {
  if (!applicationServerKey) return undefined;
  const text = btoa(String.fromCharCode(...new Uint8Array(applicationServerKey)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
