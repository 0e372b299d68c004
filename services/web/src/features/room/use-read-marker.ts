import { useEffect, useState } from 'react';
import type { ChatClient } from '../../state/chat-client.js';
import { useStore } from '../common/use-store.js';

/** Tells the read marker what is in sight; whether that counts as read is its decision. */
export function useReadMarker(
  client: ChatClient,
  view: { roomId: string; newestSeq: number; isAtBottom: boolean; isMember: boolean },
): void {
  const isFocused = useFocus();
  const { status } = useStore(client.connectionState);
  const { roomId, newestSeq, isAtBottom, isMember } = view;
  useEffect(() => {
    client.readMarker.observe({ roomId, newestSeq, isFocused, isAtBottom, isMember });
  }, [client, roomId, newestSeq, isFocused, isAtBottom, isMember, status]);
  useEffect(() => () => client.readMarker.observe(undefined), [client, roomId]);
}

function useFocus(): boolean {
  const [isFocused, setFocused] = useState(() => document.hasFocus());
  useEffect(() => {
    const update = () => setFocused(document.visibilityState === 'visible' && document.hasFocus());
    addEventListener('focus', update);
    addEventListener('blur', update);
    document.addEventListener('visibilitychange', update);
    return () => {
      removeEventListener('focus', update);
      removeEventListener('blur', update);
      document.removeEventListener('visibilitychange', update);
    };
  }, []);
  return isFocused;
}
