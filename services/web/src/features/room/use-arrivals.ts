import { useEffect, useRef } from 'react';

/** Whoever sends wants to see it. */
export function useFollowOwnMessages(newestOwn: string | undefined, toBottom: () => void): void {
  const seen = useRef(newestOwn);
  useEffect(() => {
    if (newestOwn !== undefined && newestOwn !== seen.current) toBottom();
    seen.current = newestOwn;
  });
}

/** Messages that came below what is in sight. */
export function useUnseen(newestSeq: number, isAtBottom: boolean): number {
  const seen = useRef(newestSeq);
  if (isAtBottom) seen.current = newestSeq;
  return newestSeq - seen.current;
}
