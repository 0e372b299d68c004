import type { Exclusive, Random, TabChannel } from '@parley/client';
import type { ChatApi } from '../net/chat-api.js';
import { DraftFiles } from './draft-files.js';
import type { DraftStore, LocalDraft } from './draft-store.js';
import { Drafts } from './drafts.js';
import { KeptFiles } from './kept-files.js';
import { Outbox, type OutboxOptions } from './outbox.js';
import type { OutboxStore } from './outbox-store.js';

/** Where this device keeps what is unsent, and how its tabs tell each other. */
export interface UnsentPlaces {
  readonly outboxStore: OutboxStore;
  readonly outboxChannel: TabChannel<'changed'>;
  readonly draftStore: DraftStore;
  readonly draftChannel: TabChannel<LocalDraft>;
  /** Keys of picked files that came, were changed or are gone. */
  readonly fileChannel: TabChannel<string>;
  readonly exclusive: Exclusive;
}

export interface UnsentOptions extends UnsentPlaces {
  readonly ownUserId: string;
  readonly api: Pick<ChatApi, 'drafts' | 'saveDraft' | 'uploadMedia' | 'deleteMedia'>;
  readonly send: OutboxOptions['send'];
  readonly random: Random;
}

/** What this person wrote and picked that is in no room yet. All of it outlives the page. */
export class Unsent {
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly files: DraftFiles;
  private readonly closing = new AbortController();

  constructor({ ownUserId, api, send, random, ...places }: UnsentOptions) {
    this.outbox = new Outbox({
      ownUserId,
      store: places.outboxStore,
      exclusive: places.exclusive,
      channel: places.outboxChannel,
      random,
      send,
      upload: ({ file, altText }) => api.uploadMedia({ file, altText, onProgress: () => undefined, signal: this.closing.signal }),
    });
    this.drafts = new Drafts({
      store: places.draftStore,
      channel: places.draftChannel,
      list: () => api.drafts(),
      save: (roomId, draft) => api.saveDraft(roomId, draft),
      random,
    });
    this.files = new DraftFiles({
      upload: (upload) => api.uploadMedia(upload),
      remove: (mediaId) => api.deleteMedia(mediaId),
      random,
      kept: new KeptFiles(places.draftStore, places.fileChannel),
      exclusive: places.exclusive,
    });
  }

  start(): void {
    this.outbox.start().catch((error: unknown) => console.warn('the outbox cannot be read', error));
    this.files.start().catch((error: unknown) => console.warn('files that were picked cannot be read', error));
    this.drafts.start().catch((error: unknown) => console.warn('drafts cannot be read', error));
  }

  /** Resolves when the server's drafts are known, which nothing that goes out waits for. */
  setOnline(isOnline: boolean): Promise<void> {
    this.outbox.setOnline(isOnline);
    this.files.setOnline(isOnline);
    return this.drafts.setOnline(isOnline);
  }

  /** Nothing stays on the device for whoever comes next. */
  async clear(): Promise<void> {
    await Promise.all([this.outbox.clear(), this.drafts.clear()]);
  }

  dispose(): void {
    this.closing.abort(new Error('the page closes'));
    this.outbox.dispose();
    this.drafts.dispose();
    this.files.dispose();
  }
}
