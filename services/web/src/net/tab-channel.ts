/** Messages between the tabs of one browser. What a tab posts reaches all others, never itself. */
export interface TabChannel<T> {
  post(message: T): void;
  listen(listener: (message: T) => void): void;
  close(): void;
}

export function openTabChannel<T>(name: string): TabChannel<T> {
  if (typeof BroadcastChannel === 'undefined') return { post: () => undefined, listen: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    listen: (listener) => channel.addEventListener('message', (event) => listener(event.data as T)),
    close: () => channel.close(),
  };
}
