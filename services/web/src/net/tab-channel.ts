import { noOtherTabs, type TabChannel } from '@parley/client';

export function openTabChannel<T>(name: string): TabChannel<T> {
  if (typeof BroadcastChannel === 'undefined') return noOtherTabs<T>();
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    listen: (listener) => channel.addEventListener('message', (event) => listener(event.data as T)),
    close: () => channel.close(),
  };
}
