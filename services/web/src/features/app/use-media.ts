import { useCallback, useSyncExternalStore } from 'react';

/** Wide enough for the list and a room beside each other; the same in `chat.css`. */
export const TWO_COLUMNS = '(min-width: 48rem)';

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}
