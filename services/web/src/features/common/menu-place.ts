/** The button that opens it, or the point at which it was asked for; in pixels of the window. */
export interface MenuAnchor {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const EDGE_PX = 8;

/** Below its anchor and even with its left side; where there is no room, as near to that as it can be seen whole. */
export function placeOfMenu(anchor: MenuAnchor, menu: Size, page: Size): { left: number; top: number } {
  const within = (wanted: number, length: number, space: number) => Math.max(EDGE_PX, Math.min(wanted, space - length - EDGE_PX));
  const isAbove = anchor.bottom + menu.height > page.height - EDGE_PX && anchor.top - menu.height >= EDGE_PX;
  return {
    left: within(anchor.left, menu.width, page.width),
    top: isAbove ? anchor.top - menu.height : within(anchor.bottom, menu.height, page.height),
  };
}
