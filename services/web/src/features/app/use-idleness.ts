import { useEffect } from 'react';
import type { Presence } from '../../state/presence.js';

/** Who has touched nothing for so long is away. */
const IDLE_MS = 5 * 60_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Says whether somebody is at this device: touches it, or at least did a few minutes ago while the page can be seen. */
export function useIdleness(presence: Presence): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lastSignAt = -Infinity;
    const sign = () => {
      if (document.visibilityState === 'hidden' || performance.now() - lastSignAt < 1_000) return;
      lastSignAt = performance.now();
      presence.setOwnState('online');
      clearTimeout(timer);
      timer = setTimeout(() => presence.setOwnState('away'), IDLE_MS);
    };
    sign();
    for (const name of SIGNS) addEventListener(name, sign, { passive: true });
    document.addEventListener('visibilitychange', sign);
    return () => {
      clearTimeout(timer);
      for (const name of SIGNS) removeEventListener(name, sign);
      document.removeEventListener('visibilitychange', sign);
    };
  }, [presence]);
}
