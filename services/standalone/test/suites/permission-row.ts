import type { CLASSIC_CLIENT_EVENTS, CLIENT_EVENTS, ROUTES } from '@parley/contracts';
import type { Person } from './permission-people.js';
import type { Scene } from './permission-scene.js';

type RouteName = (typeof ROUTES)[number] extends infer R
  ? R extends { method: infer M extends string; path: infer P extends string }
    ? `${M} ${P}`
    : never
  : never;

/** What each letter of the table means. */
export const CODES: Readonly<Record<string, string>> = {
  '+': 'ok',
  U: 'UNAUTHENTICATED',
  4: 'ROOM_NOT_FOUND',
  M: 'NOT_A_MEMBER',
  F: 'FORBIDDEN',
  B: 'BANNED',
  S: 'MUTED',
  L: 'LAST_OWNER',
  N: 'MEDIA_NOT_FOUND',
  I: 'MEDIA_IN_USE',
  O: 'SESSION_NOT_FOUND',
};

/** The routes of `docs/api` §6 by which something can be read or done. */
export const CLASSIC_ROUTES = [
  'GET /',
  'GET /chat',
  'GET /ChatPage',
  'GET /register',
  'GET /login',
  'POST /register',
  'POST /login',
  'GET /logout',
  'GET /chat_history',
  'GET /get_messages/:chatId',
  'GET /chats',
  'POST /send_message',
  'POST /upload',
  'GET /uploads/:filename',
] as const;

export interface Row {
  /** What the contract calls it; several rows may be of one. */
  readonly of: RouteName | keyof typeof CLIENT_EVENTS | `classic ${keyof typeof CLASSIC_CLIENT_EVENTS}` | (typeof CLASSIC_ROUTES)[number];
  readonly what?: string;
  /** One letter for each of `WHO`: in a public room, or wherever rooms do not matter. */
  readonly open: string;
  /** The same in a private room. Absent where rooms do not matter. */
  readonly closed?: string;
  /** Whoever may do it changes what the room is for the others: it takes a room of its own. */
  readonly isFresh?: true;
  /** Begins with something in the room, so that it makes no sense without one. */
  readonly needsRoom?: true;
  readonly attempt: (who: Person, scene: Scene) => Promise<unknown>;
}

export const ANYONE = '++++++++++';
export const LOGGED_IN = 'U+++++++++';
export const READERS = { open: 'U++B++++++', closed: 'U44B4+++4+' };
export const MEMBERS = { open: 'UMMBM+++M+', closed: 'U44B4+++4+' };
export const WRITERS = { open: 'UMMBM+S+M+', closed: 'U44B4+S+4+' };
export const MODERATORS = { open: 'UMMBMFF+++', closed: 'U44B4FF+4+' };
export const OWNERS = { open: 'UMMBMFFF++', closed: 'U44B4FFF4+' };
export const READERS_OF_FILES = { open: 'U++N++++++', closed: 'UNNNN+++N+' };
