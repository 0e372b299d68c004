import { LocalExclusive } from '../session/exclusive.js';
import type { TabChannel } from '../session/tab-channel.js';

/** What the tabs of one browser share. */
export class FakeTabs<T> {
  readonly exclusive = new LocalExclusive();
  private readonly listeners = new Map<object, (message: T) => void>();

  openChannel(): TabChannel<T> {
    const key = {};
    return {
      post: (message) => {
        for (const [other, listen] of this.listeners) if (other !== key) queueMicrotask(() => listen(message));
      },
      listen: (listener) => void this.listeners.set(key, listener),
      close: () => void this.listeners.delete(key),
    };
  }
}
