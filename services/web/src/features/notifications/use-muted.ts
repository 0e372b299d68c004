import { useEffect, useState } from 'react';
import { isMutedAt } from './mute-times.js';

/** What timers can wait for. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Whether the room is muted, until that ends. */
export function useMuted(mutedUntil: string | null): boolean {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    const leftMs = mutedUntil === null ? 0 : Date.parse(mutedUntil) - Date.now();
    if (leftMs <= 0 || leftMs > TIMER_MAX_MS) return undefined;
    const timer = setTimeout(() => setNow(Date.now()), leftMs);
    return () => clearTimeout(timer);
  }, [mutedUntil]);
  return isMutedAt(mutedUntil, now);
}
