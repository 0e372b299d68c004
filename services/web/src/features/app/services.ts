import { ChatApi } from '../../net/chat-api.js';
import { type ActiveSession, type Exclusive, SessionKeeper, type SessionNews, socketIoAt } from '@parley/client';
import { openDeviceStorage } from '../../net/device-storage.js';
import { exclusiveForBrowser } from '../../net/exclusive.js';
import { PushSubscriptions } from '../../net/push-subscription.js';
import { ServiceWorkers } from '../../net/service-worker.js';
import { openTabChannel } from '../../net/tab-channel.js';
import { ChatClient } from '../../state/chat-client.js';
import { openDraftStore, type LocalDraft } from '../../state/draft-store.js';
import { openOutboxStore } from '../../state/open-outbox-store.js';
import { Commands } from '../commands/commands.js';
import { isApple } from '../commands/key-chord.js';
import { Router } from './router.js';

/** What lives as long as the page. */
export interface Services {
  readonly session: SessionKeeper;
  readonly router: Router;
  readonly commands: Commands;
  readonly workers: ServiceWorkers;
  /** Over all tabs of this browser. */
  readonly exclusive: Exclusive;
  /** Everything for one person; to be disposed of by the caller. */
  openChat(session: ActiveSession): Promise<ChatClient>;
}

export function createServices(): Services {
  const exclusive: Exclusive = exclusiveForBrowser();
  const fetch = globalThis.fetch.bind(globalThis);
  const session = new SessionKeeper({ fetch, exclusive, channel: openTabChannel<SessionNews>('parley:session') });
  const workers = new ServiceWorkers(import.meta.env.MODE === 'production' ? navigator.serviceWorker : undefined);
  return {
    session,
    router: new Router(),
    commands: new Commands(isApple(navigator.platform)),
    workers,
    exclusive,
    openChat: async ({ user }) => {
      const api = new ChatApi(fetch, session);
      return new ChatClient({
        me: user,
        session,
        api,
        openSocket: socketIoAt(),
        outboxStore: await openOutboxStore(user.id),
        exclusive,
        draftStore: await openDraftStore(user.id),
        draftChannel: openTabChannel<LocalDraft>(`parley:drafts:${user.id}`),
        fileChannel: openTabChannel<string>(`parley:files:${user.id}`),
        storage: openDeviceStorage(),
        outboxChannel: openTabChannel<'changed'>(`parley:outbox:${user.id}`),
        push: new PushSubscriptions(api, workers),
      });
    },
  };
}
