import { describe, expect, it } from 'vitest';
import { isPressed, isWriting, keysOf } from './key-chord.js';

const press = (key: string, ...held: ('ctrl' | 'meta' | 'alt' | 'shift')[]) => ({
  key,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  altKey: held.includes('alt'),
  shiftKey: held.includes('shift'),
});

describe('isPressed', () => {
  it('takes Ctrl, and Command on Apple’s keyboards', () => {
    expect(isPressed('mod+k', press('k', 'ctrl'), false)).toBe(true);
    expect(isPressed('mod+k', press('k', 'meta'), false)).toBe(false);
    expect(isPressed('mod+k', press('k', 'meta'), true)).toBe(true);
    expect(isPressed('mod+k', press('k', 'ctrl'), true)).toBe(false);
    expect(isPressed('ctrl+F6', press('F6', 'ctrl'), true)).toBe(true);
  });

  it('wants exactly what is named', () => {
    expect(isPressed('mod+k', press('K', 'ctrl', 'shift'), false)).toBe(false);
    expect(isPressed('alt+shift+ArrowUp', press('ArrowUp', 'alt', 'shift'), false)).toBe(true);
    expect(isPressed('alt+shift+ArrowUp', press('ArrowUp', 'alt'), false)).toBe(false);
    expect(isPressed('e', press('E', 'shift'), false)).toBe(false);
  });

  it('knows signs wherever they are on the keyboard', () => {
    expect(isPressed('?', press('?', 'shift'), false)).toBe(true);
    expect(isPressed('?', press('?'), false)).toBe(true);
    expect(isPressed('+', press('+', 'shift'), false)).toBe(true);
    expect(isPressed('+', press('+', 'ctrl'), false)).toBe(false);
  });
});

it('knows which keys write', () => {
  expect(['e', '?', '+', 'Delete', 'shift+a'].map(isWriting)).toEqual([true, true, true, true, true]);
  expect(['mod+k', 'F6', 'alt+shift+ArrowUp', 'Escape'].map(isWriting)).toEqual([false, false, false, false]);
});

it('names keys as they are printed', () => {
  expect(keysOf('mod+k', false)).toEqual(['Ctrl', 'K']);
  expect(keysOf('alt+shift+ArrowUp', true)).toEqual(['⌥', '⇧', '↑']);
  expect(keysOf('+', false)).toEqual(['+']);
});
