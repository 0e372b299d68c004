import { defaultRangeExtractor, useVirtualizer, type Range, type ReactVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { estimatedHeight } from './estimated-height.js';
import type { Row } from './message-rows.js';

/** Nearer to the end than this counts as being there. */
const AT_BOTTOM_PX = 80;
/** Room above the first row, for what is said about older messages. Always the same, so that nothing moves. */
const TOP_PX = 64;
const BOTTOM_PX = 8;
/** Rows that are kept beyond either edge of what is in sight. */
const OVERSCAN = 12;
/** However high the window and however low its rows. */
const ROWS_MAX = 150;
/** Sizes of rows that are remembered at least. */
const SIZES_MIN = 1_000;
/** On the way to a row others may still come in; after this time the list has come to rest. */
const ARRIVED_AFTER_MS = 2_000;
/** What people do to go elsewhere. */
const OWN_MOVES = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;
/** Further down than any list is long: the first drawing is of its end. */
const END_PX = 1e9;

type Key = number | string | bigint;

export interface MessageScrolling {
  readonly virtualizer: ReactVirtualizer<HTMLDivElement, HTMLLIElement>;
  readonly containerRef: RefObject<HTMLDivElement | null>;
  readonly isAtBottom: boolean;
  toBottom(): void;
  /** Puts the row into the middle of the view. */
  toRow(key: string): void;
  /** A row that holds the focus stays, wherever it is: what is written in it must not be lost. */
  pin(key: string | undefined): void;
}

/**
 * Which rows are in the page, and where the view stands: at the end it follows what comes, anywhere else the first row
 * in sight keeps its place, whatever is loaded above it.
 *
 * @param onNearTop called while the top is in reach
 */
export function useMessageVirtualizer(rows: readonly Row[], onNearTop: () => void): MessageScrolling {
  const containerRef = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const pinned = useRef<string>(undefined);
  const destination = useRef<{ readonly key: string; readonly untilMs: number }>(undefined);
  const instance = useRef<MessageScrolling['virtualizer']>(undefined);
  const [isAtBottom, setAtBottom] = useState(true);
  const nearTop = useRef(onNearTop);
  nearTop.current = onNearTop;

  const keyOf = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  const rangeOf = (range: Range): number[] => {
    const indexes = defaultRangeExtractor(range).slice(0, ROWS_MAX);
    const focused = pinned.current === undefined ? -1 : rows.findIndex(({ key }) => key === pinned.current);
    if (focused === -1 || indexes.includes(focused)) return indexes;
    return focused < indexes[0]! ? [focused, ...indexes] : [...indexes, focused];
  };
  const held = useHeldRow(rows, instance.current);
  // oxlint-disable-next-line react/incompatible-library -- its compiler is not used here
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLLIElement>({
    count: rows.length,
    getScrollElement: () => containerRef.current,
    getItemKey: keyOf,
    estimateSize: (index) => estimatedHeight(rows[index]!),
    rangeExtractor: rangeOf,
    overscan: OVERSCAN,
    paddingStart: TOP_PX,
    paddingEnd: BOTTOM_PX,
    initialOffset: END_PX,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: AT_BOTTOM_PX,
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
  });
  instance.current = virtualizer;
  // What changes above the row that is held, or in its upper part, moves the view with it: an older row may have taken
  // over its name and its day.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = ({ start, index }, _delta, { scrollOffset, range }) => {
    if (start <= (scrollOffset ?? 0) + TOP_PX) return true;
    const heldIndex = rows.findIndex(({ key }) => key === held.current);
    return index < heldIndex && range !== null && heldIndex <= range.endIndex;
  };

  useLayoutEffect(() => {
    const container = containerRef.current!;
    const checkTop = () => {
      if (container.scrollTop < container.clientHeight) nearTop.current();
    };
    const onScroll = () => {
      isFollowing.current = container.scrollHeight - container.scrollTop - container.clientHeight <= AT_BOTTOM_PX;
      setAtBottom(isFollowing.current);
      checkTop();
    };
    // Windows are resized, keyboards come up, the composer grows.
    const observer = new ResizeObserver(() => {
      if (isFollowing.current) virtualizer.scrollToEnd();
      checkTop();
    });
    const onOwnMove = () => {
      destination.current = undefined;
    };
    container.addEventListener('scroll', onScroll, { passive: true });
    for (const move of OWN_MOVES) container.addEventListener(move, onOwnMove, { passive: true });
    observer.observe(container);
    return () => {
      container.removeEventListener('scroll', onScroll);
      for (const move of OWN_MOVES) container.removeEventListener(move, onOwnMove);
      observer.disconnect();
    };
  }, [virtualizer]);

  const goTo = (key: string) => {
    const index = rows.findIndex((row) => row.key === key);
    if (index !== -1) virtualizer.scrollToIndex(index, { align: 'center' });
  };
  // Rows that look otherwise now are measured before they are drawn: what tells of their sizes by itself may come a frame late.
  useLayoutEffect(() => {
    for (const element of virtualizer.elementsCache.values())
      if (element.isConnected)
        virtualizer.resizeItem(virtualizer.indexFromElement(element), Math.round(element.getBoundingClientRect().height));
  }, [rows, virtualizer]);
  // The virtualizer goes to an index, which means another row once older ones came in above.
  useLayoutEffect(() => {
    if (destination.current && performance.now() < destination.current.untilMs) goTo(destination.current.key);
  }, [rows]); // oxlint-disable-line react/exhaustive-deps

  useEffect(() => {
    // The virtualizer remembers every row that ever was; in a busy room that is never left they would become too many.
    const { itemSizeCache } = virtualizer;
    if (itemSizeCache.size < 2 * rows.length + SIZES_MIN) return;
    const present = new Set<Key>(rows.map(({ key }) => key));
    for (const key of itemSizeCache.keys()) if (!present.has(key)) itemSizeCache.delete(key);
  }, [rows, virtualizer]);

  useEffect(() => {
    const container = containerRef.current!;
    if (container.scrollTop < container.clientHeight) nearTop.current();
  }, [rows]);

  return {
    virtualizer,
    containerRef,
    isAtBottom,
    toBottom: () => {
      destination.current = undefined;
      isFollowing.current = true;
      setAtBottom(true);
      virtualizer.scrollToEnd();
    },
    toRow: (key) => {
      destination.current = { key, untilMs: performance.now() + ARRIVED_AFTER_MS };
      isFollowing.current = false;
      goTo(key);
    },
    pin: (key) => {
      pinned.current = key;
    },
  };
}

/** The first row in sight when the rows changed last: the one that keeps its place. */
function useHeldRow(rows: readonly Row[], virtualizer: MessageScrolling['virtualizer'] | undefined): RefObject<Key | undefined> {
  const held = useRef<Key>(undefined);
  const seen = useRef(rows);
  if (rows !== seen.current) {
    seen.current = rows;
    // Asked before the virtualizer learns of the new rows: it still knows the place of the old ones.
    held.current = virtualizer?.getVirtualItemForOffset(virtualizer.scrollOffset ?? 0)?.key;
  }
  return held;
}
