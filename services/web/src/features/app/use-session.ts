import { useSyncExternalStore } from 'react';
import type { SessionKeeper, SessionState } from '@parley/client';

export function useSessionState(session: SessionKeeper): SessionState {
  return useSyncExternalStore(
    (listener) => session.subscribe(listener),
    () => session.state,
  );
}
