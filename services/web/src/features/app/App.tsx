import { useEffect } from 'react';
import { useStore } from '../common/use-store.js';
import { LoginPage } from '../account/LoginPage.js';
import { RegisterPage } from '../account/RegisterPage.js';
import { Boot } from './Boot.js';
import { ChatScreen } from './ChatScreen.js';
import { safeNext } from './router.js';
import type { Services } from './services.js';
import { useSessionState } from './use-session.js';

const REASONS: Readonly<Record<string, string>> = {
  expired: 'Your session has expired. Log in again.',
};

/** Which screen: by address and by whether somebody is logged in. */
export function App({ services }: { services: Services }) {
  const route = useStore(services.router.store);
  const state = useSessionState(services.session);
  const isChat = route.name === 'chat';
  const mustLogIn = isChat && state.status === 'ended';

  useEffect(() => {
    if (!mustLogIn) return;
    const next = location.pathname.startsWith('/chat/') ? `?next=${encodeURIComponent(location.pathname)}` : '';
    services.router.go(`/login${next}`, 'replace');
  }, [mustLogIn, services]);

  const isDone = route.name === 'login' && state.status === 'active';
  useEffect(() => {
    if (isDone) services.router.go(safeNext(location.search), 'replace');
  }, [isDone, services]);

  if (route.name === 'register') return <RegisterPage services={services} />;
  if (route.name === 'login') {
    const reason =
      state.status === 'ended' && state.reason !== undefined
        ? (REASONS[state.reason] ?? 'This session was ended. Log in again.')
        : undefined;
    return <LoginPage services={services} {...(reason ? { reason } : {})} />;
  }
  if (mustLogIn) return null;
  if (state.status !== 'active') return <Boot session={services.session} />;
  return <ChatScreen key={state.session.user.id} services={services} session={state.session} roomId={route.roomId} />;
}
