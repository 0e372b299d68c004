import type { TextStorage } from '../state/recent-rooms.js';

/** `localStorage`, or nothing where the browser keeps it shut. */
export function openDeviceStorage(): TextStorage {
  try {
    return globalThis.localStorage;
  } catch {
    return { getItem: () => null, setItem: () => undefined };
  }
}
