import { useCallback, useSyncExternalStore } from 'react';

/** Wide enough for the list and a room beside each other; the same in `chat.css`. */
export const TWO_COLUMNS = '(min-width: 48rem)';
/** And for what was found beside them; the same in `navigation.css`. */
export const WITH_SIDE_PANEL = '(min-width: 72rem)';

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
