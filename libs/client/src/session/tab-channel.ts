/** Messages between the tabs of one browser. What a tab posts reaches all others, never itself. */
export interface TabChannel<T> {
  post(message: T): void;
  listen(listener: (message: T) => void): void;
  close(): void;
}

/** Where there are no other tabs. */
export const noOtherTabs = <T>(): TabChannel<T> => ({ post: () => undefined, listen: () => undefined, close: () => undefined });
