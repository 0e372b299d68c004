import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { ScrollAnchor } from './scroll-anchor.js';

export interface Scrolling {
  readonly containerRef: RefObject<HTMLDivElement | null>;
  readonly listRef: RefObject<HTMLOListElement | null>;
  readonly isAtBottom: boolean;
  toBottom(): void;
}

/** @param rows whatever changes when the list does; @param onNearTop called while the top is in reach */
export function useScrollAnchor(rows: unknown, onNearTop: () => void): Scrolling {
  const containerRef = useRef<HTMLDivElement>(null);
  const listRef = useRef<HTMLOListElement>(null);
  const anchor = useRef<ScrollAnchor>(null);
  const [isAtBottom, setAtBottom] = useState(true);
  const nearTop = useRef(onNearTop);
  nearTop.current = onNearTop;

  useLayoutEffect(() => {
    const container = containerRef.current!;
    const created = (anchor.current = new ScrollAnchor(container, listRef.current!, setAtBottom));
    const checkTop = () => {
      if (container.scrollTop < container.clientHeight) nearTop.current();
    };
    const onScroll = () => {
      created.scrolled();
      checkTop();
    };
    // Windows are resized, keyboards come up, the composer grows.
    const observer = new ResizeObserver(() => {
      created.changed();
      checkTop();
    });
    container.addEventListener('scroll', onScroll, { passive: true });
    observer.observe(container);
    observer.observe(listRef.current!);
    return () => {
      container.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, []);

  useLayoutEffect(() => anchor.current?.changed(), [rows]);
  useEffect(() => {
    const container = containerRef.current!;
    if (container.scrollTop < container.clientHeight) nearTop.current();
  }, [rows]);

  return { containerRef, listRef, isAtBottom, toBottom: () => anchor.current?.toBottom() };
}
