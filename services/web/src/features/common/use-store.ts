import { useSyncExternalStore } from 'react';
import type { ReadonlyStore } from '../../state/store.js';

export function useStore<T>(store: ReadonlyStore<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
