import type { Conversation } from '@parley/contracts';
import { halfJitterMs, isRetryable, type Random } from '@parley/client';
import { errorText } from '../texts/error-text.js';
import { Store } from './store.js';

export type ListStatus =
  { readonly status: 'loading' } | { readonly status: 'ready' } | { readonly status: 'failed'; readonly error: string };

interface ConversationLoaderOptions {
  readonly ask: () => Promise<{ readonly conversations: Conversation[] }>;
  readonly loaded: (conversations: Conversation[]) => void;
  readonly random: Random;
}

/** Several reasons to load the list again within this time are one. */
const RELOAD_AFTER_MS = 300;

/** Asks for the list of conversations, one question at a time, and goes on by itself while the server does not answer. */
export class ConversationLoader {
  readonly status = new Store<ListStatus>({ status: 'loading' });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private loading: Promise<void> | undefined;
  private failures = 0;
  private isDisposed = false;

  constructor(private readonly options: ConversationLoaderOptions) {}

  load(): Promise<void> {
    clearTimeout(this.timer);
    this.loading ??= this.ask().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  loadSoon(afterMs = RELOAD_AFTER_MS): void {
    clearTimeout(this.timer);
    if (this.isDisposed) return;
    this.timer = setTimeout(() => {
      // What is being answered at this moment may be older than the reason to ask.
      void Promise.resolve(this.loading).then(() => this.load());
    }, afterMs);
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.timer);
  }

  private async ask(): Promise<void> {
    try {
      const { conversations } = await this.options.ask();
      if (this.isDisposed) return;
      this.failures = 0;
      this.options.loaded(conversations);
      this.status.set({ status: 'ready' });
    } catch (error) {
      if (this.isDisposed) return;
      if (this.status.get().status !== 'ready') this.status.set({ status: 'failed', error: errorText(error) });
      if (isRetryable(error)) this.loadSoon(halfJitterMs((this.failures += 1), this.options.random));
    }
  }
}
