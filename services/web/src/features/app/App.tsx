import { useEffect } from 'react';
import { EXPIRED, LOGGED_OUT, type SessionState } from '@parley/client';
import { spokenLanguage, t } from '../../texts/texts.js';
import { useStore } from '../common/use-store.js';
import { LoginPage } from '../account/LoginPage.js';
import { RegisterPage } from '../account/RegisterPage.js';
import { Boot } from './Boot.js';
import { ChatScreen } from './ChatScreen.js';
import { safeNext } from './router.js';
import type { Services } from './services.js';
import { useSessionState } from './use-session.js';

/** Which screen: by address and by whether somebody is logged in. */
export function App({ services }: { services: Services }) {
  const { router, session } = services;
  const route = useStore(router.store);
  const state = useSessionState(session);
  // Everything that shows texts is made anew with them.
  const { language } = useStore(spokenLanguage);
  const mustLogIn = route.name !== 'login' && route.name !== 'register' && state.status === 'ended';
  const isDone = route.name === 'login' && state.status === 'active';
  const hasLeft = state.status === 'ended' && state.reason === LOGGED_OUT;

  useEffect(() => {
    if (!mustLogIn) return;
    // Whoever leaves on purpose does not leave the room to the next person at this window.
    const isPlace = !hasLeft && /^\/(chat|invite|settings)\//.test(location.pathname);
    router.go(isPlace ? `/login?next=${encodeURIComponent(location.pathname)}` : '/login', 'replace');
  }, [mustLogIn, hasLeft, router]);

  useEffect(() => {
    if (isDone) router.go(safeNext(location.search), 'replace');
  }, [isDone, router]);

  if (route.name === 'register') return <RegisterPage key={language} services={services} />;
  if (route.name === 'login') return <LoginPage key={language} services={services} reason={explain(state)} />;
  if (mustLogIn) return null;
  if (state.status !== 'active') return <Boot key={language} session={session} />;
  return <ChatScreen key={state.session.user.id} services={services} session={state.session} place={route} />;
}

function explain(state: SessionState): string | undefined {
  if (state.status !== 'ended' || state.reason === undefined || state.reason === LOGGED_OUT) return undefined;
  return t(state.reason === EXPIRED ? 'app.expired' : 'app.ended');
}
