/**
 * A key with what is held down beside it: `mod+k`, `alt+shift+ArrowUp`, `?`, `F6`. `mod` is Ctrl, on Apple's keyboards
 * Command. Keys are named by what they write (`KeyboardEvent.key`), so that a layout decides where they are.
 */
export type Chord = string;

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export const isApple = (platform: string): boolean => /mac|iphone|ipad/i.test(platform);

const HELD = new Set(['mod', 'ctrl', 'alt', 'shift']);

function partsOf(chord: Chord): { held: Set<string>; key: string } {
  const parts = chord.split('+');
  const held = new Set(parts.filter((part) => HELD.has(part)));
  const key = parts.find((part) => part !== '' && !HELD.has(part)) ?? '+';
  return { held, key };
}

export function isPressed(chord: Chord, press: KeyPress, onApple: boolean): boolean {
  const { held, key } = partsOf(chord);
  const wantsMeta = held.has('mod') && onApple;
  const wantsCtrl = held.has('ctrl') || (held.has('mod') && !onApple);
  // A sign such as "?" takes Shift on some keyboards and none on others: the sign itself says enough.
  const isSign = key.length === 1 && !/[a-z]/i.test(key);
  const fitsShift = isSign || press.shiftKey === held.has('shift');
  return (
    press.key.toLowerCase() === key.toLowerCase() &&
    press.ctrlKey === wantsCtrl &&
    press.metaKey === wantsMeta &&
    press.altKey === held.has('alt') &&
    fitsShift
  );
}

/** Keys that write, and so belong to whatever is being written in. */
export const isWriting = (chord: Chord): boolean => {
  const { held, key } = partsOf(chord);
  return !held.has('mod') && !held.has('ctrl') && !held.has('alt') && (key.length === 1 || ['Delete', 'Backspace', 'Enter'].includes(key));
};

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Delete: 'Del',
};
const APPLE: Readonly<Record<string, string>> = { mod: '⌘', ctrl: '⌃', alt: '⌥', shift: '⇧' };
const OTHERS: Readonly<Record<string, string>> = { mod: 'Ctrl', ctrl: 'Ctrl', alt: 'Alt', shift: 'Shift' };

/** What is printed on the keys, one after the other. */
export function keysOf(chord: Chord, onApple: boolean): string[] {
  const { held, key } = partsOf(chord);
  const names = onApple ? APPLE : OTHERS;
  return [...[...held].map((each) => names[each]!), NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)];
}
