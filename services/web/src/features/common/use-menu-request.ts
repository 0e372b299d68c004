import { useEffect, useRef, type MouseEvent, type PointerEvent } from 'react';
import type { MenuAnchor } from './menu-place.js';

const LONG_MS = 500;
/** A finger that moves further than this wants to scroll. */
const STILL_PX = 10;

/**
 * What opens the menu of an element: the right button, the context key, and a finger that stays. Android tells of all
 * three by the same event, Safari on iOS of the finger by none.
 */
export function useMenuRequest(onMenu: (anchor: MenuAnchor) => void) {
  const press = useRef<{ readonly timer: ReturnType<typeof setTimeout>; readonly x: number; readonly y: number }>(undefined);
  /** The finger is still there, and what its lifting would do is not meant. */
  const isOpened = useRef(false);
  const end = () => {
    clearTimeout(press.current?.timer);
    press.current = undefined;
  };
  useEffect(() => end, []);
  const open = (x: number, y: number) => {
    end();
    onMenu({ left: x, right: x, top: y, bottom: y });
  };
  return {
    onContextMenu: (event: MouseEvent) => {
      event.preventDefault();
      isOpened.current = press.current !== undefined;
      open(event.clientX, event.clientY);
    },
    onPointerDown: ({ pointerType, clientX: x, clientY: y }: PointerEvent) => {
      end();
      isOpened.current = false;
      if (pointerType !== 'touch') return;
      const timer = setTimeout(() => {
        isOpened.current = true;
        open(x, y);
      }, LONG_MS);
      press.current = { timer, x, y };
    },
    onPointerMove: ({ clientX, clientY }: PointerEvent) => {
      if (press.current && Math.hypot(clientX - press.current.x, clientY - press.current.y) > STILL_PX) end();
    },
    onPointerUp: end,
    onPointerCancel: end,
    onClickCapture: (event: MouseEvent) => {
      if (!isOpened.current) return;
      isOpened.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
