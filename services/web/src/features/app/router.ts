import { Store } from '../../state/store.js';

/** A message by its `seq`, or the first one that is unread. */
export type MessagePlace = number | 'unread';

export type Route =
  | { readonly name: 'login' }
  | { readonly name: 'register' }
  | { readonly name: 'chat'; readonly roomId: string | undefined; readonly at: MessagePlace | undefined }
  | { readonly name: 'invite'; readonly code: string }
  | { readonly name: 'settings'; readonly section: string | undefined };

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const CHAT = new RegExp(`^/chat(?:/(${UUID})(?:/([1-9][0-9]{0,15}|unread))?)?$`, 'i');

const INVITE = /^\/invite\/([A-Za-z0-9_-]{1,64})$/;

const SETTINGS = /^\/settings(?:\/([a-z-]{1,32}))?$/;

export function routeOf(path: string): Route {
  if (path === '/login') return { name: 'login' };
  if (path === '/register') return { name: 'register' };
  const code = INVITE.exec(path)?.[1];
  if (code !== undefined) return { name: 'invite', code };
  const settings = SETTINGS.exec(path);
  if (settings) return { name: 'settings', section: settings[1] };
  const [, roomId, place] = CHAT.exec(path) ?? [];
  return { name: 'chat', roomId: roomId?.toLowerCase(), at: placeOf(place?.toLowerCase()) };
}

const placeOf = (word: string | undefined): MessagePlace | undefined => (word === undefined || word === 'unread' ? word : Number(word));

/** Where to go after logging in: only ever a page of this chat. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '';
  return CHAT.test(next) || INVITE.test(next) || SETTINGS.test(next) ? next : '/chat';
}

export const roomPath = (roomId: string): string => `/chat/${roomId}`;
export const settingsPath = (section: string): string => `/settings/${section}`;
export const messagePath = (roomId: string, place: MessagePlace): string => `${roomPath(roomId)}/${place}`;

/** The address bar. */
export class Router {
  readonly store = new Store<Route>(routeOf(location.pathname));

  constructor() {
    addEventListener('popstate', () => this.store.set(routeOf(location.pathname)));
  }

  go(path: string, how: 'push' | 'replace' = 'push'): void {
    // Where one is already: a message that is asked for again is shown again, but the way back stays as long as it is.
    if (path === location.pathname + location.search) return this.store.set(routeOf(location.pathname));
    if (how === 'push') history.pushState(null, '', path);
    else history.replaceState(null, '', path);
    this.store.set(routeOf(location.pathname));
  }
}
