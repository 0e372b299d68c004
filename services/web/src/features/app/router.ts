import { Store } from '../../state/store.js';

export type Route =
  | { readonly name: 'login' }
  | { readonly name: 'register' }
  | { readonly name: 'chat'; readonly roomId: string | undefined }
  | { readonly name: 'invite'; readonly code: string };

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const CHAT = new RegExp(`^/chat(?:/(${UUID}))?$`, 'i');

const INVITE = /^\/invite\/([A-Za-z0-9_-]{1,64})$/;

export function routeOf(path: string): Route {
  if (path === '/login') return { name: 'login' };
  if (path === '/register') return { name: 'register' };
  const code = INVITE.exec(path)?.[1];
  if (code !== undefined) return { name: 'invite', code };
  return { name: 'chat', roomId: CHAT.exec(path)?.[1]?.toLowerCase() };
}

/** Where to go after logging in: only ever a page of this chat. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '';
  return CHAT.test(next) || INVITE.test(next) ? next : '/chat';
}

export const roomPath = (roomId: string): string => `/chat/${roomId}`;

/** The address bar. */
export class Router {
  readonly store = new Store<Route>(routeOf(location.pathname));

  constructor() {
    addEventListener('popstate', () => this.store.set(routeOf(location.pathname)));
  }

  go(path: string, how: 'push' | 'replace' = 'push'): void {
    if (path === location.pathname + location.search) return;
    if (how === 'push') history.pushState(null, '', path);
    else history.replaceState(null, '', path);
    this.store.set(routeOf(location.pathname));
  }
}
