import { useEffect, useId, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { placeOfMenu, type MenuAnchor } from './menu-place.js';

interface MenuProps {
  readonly label: string;
  readonly anchor: MenuAnchor;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * A list of things to do, over everything else. The arrow keys and first letters move in it; it closes by Esc, Tab, a
 * choice and a press elsewhere, and gives the focus back.
 */
export function Menu({ label, anchor, onClose, children }: MenuProps) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = ref.current!;
    const before = document.activeElement;
    // Not `auto`: that closes when the finger is lifted whose long press has opened it.
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    const { left, top } = placeOfMenu(anchor, { width, height }, { width: innerWidth, height: innerHeight });
    menu.style.left = `${left}px`;
    menu.style.top = `${top}px`;
    itemsOf(menu)[0]?.focus();
    return () => {
      const { activeElement } = document;
      const isHere = activeElement === document.body || menu.contains(activeElement);
      if (isHere && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [anchor]);
  useEffect(() => {
    const pressed = (event: PointerEvent) => {
      if (!ref.current?.contains(event.target as Node)) onClose();
    };
    document.addEventListener('pointerdown', pressed, true);
    addEventListener('resize', onClose);
    return () => {
      document.removeEventListener('pointerdown', pressed, true);
      removeEventListener('resize', onClose);
    };
  }, [onClose]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const items = itemsOf(event.currentTarget);
    const next = nextItem(items, items.indexOf(document.activeElement as HTMLElement), event.key);
    if (next) next.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={ref} className="menu" role="menu" tabIndex={-1} aria-label={label} popover="manual" onKeyDown={onKeyDown}>
      {children}
    </div>
  );
}

/** Some of the items, with a line that says what they have in common. */
export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id} className="menu-group">
      <p id={id} role="presentation" className="hint">
        {label}
      </p>
      {children}
    </div>
  );
}

interface MenuItemProps {
  readonly onSelect: () => void;
  readonly children: ReactNode;
  /** Of several one, or on and off by itself. */
  readonly kind?: 'radio' | 'checkbox';
  readonly isChecked?: boolean;
  readonly isDangerous?: boolean;
}

/** One thing to do. The menu is closed by whoever has opened it, in `onSelect`. */
export function MenuItem({ onSelect, children, kind, isChecked = false, isDangerous = false }: MenuItemProps) {
  return (
    <button
      type="button"
      className="menu-item"
      role={kind === undefined ? 'menuitem' : `menuitem${kind}`}
      aria-checked={kind === undefined ? undefined : isChecked}
      data-dangerous={isDangerous}
      tabIndex={-1}
      onClick={onSelect}
    >
      {children}
    </button>
  );
}

const itemsOf = (menu: HTMLElement): HTMLElement[] => [...menu.querySelectorAll<HTMLElement>('.menu-item')];

function nextItem(items: readonly HTMLElement[], current: number, key: string): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return items[(current + 1) % items.length];
    case 'ArrowUp':
      return items.at(current <= 0 ? -1 : current - 1);
    case 'Home':
      return items[0];
    case 'End':
      return items.at(-1);
  }
  if (key.length !== 1 || key === ' ') return undefined;
  const wanted = key.toLocaleLowerCase();
  const inOrder = [...items.slice(current + 1), ...items.slice(0, current + 1)];
  return inOrder.find((item) => item.textContent?.trim().toLocaleLowerCase().startsWith(wanted));
}
