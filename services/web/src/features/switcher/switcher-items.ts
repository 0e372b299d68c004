import { foldText, type Conversation, type Room, type User } from '@parley/contracts';
import { titleOf, type ConversationMap } from '../../state/conversations.js';
import { wantsAttention } from '../../state/sidebar-sections.js';
import type { Command } from '../commands/commands.js';
import { scoreOf } from './fuzzy.js';

/** Where the switcher can lead. */
export type SwitcherItem =
  | { readonly kind: 'conversation'; readonly key: string; readonly conversation: Conversation }
  /** A public room that one is not in. */
  | { readonly kind: 'room'; readonly key: string; readonly room: Room }
  | { readonly kind: 'person'; readonly key: string; readonly user: User }
  | { readonly kind: 'command'; readonly key: string; readonly command: Command };

/** `@` for people, `#` for rooms, `>` for what can be done; without one of them everything. */
export type Scope = 'all' | 'people' | 'rooms' | 'commands';
const SIGNS: Readonly<Record<string, Scope>> = { '@': 'people', '#': 'rooms', '>': 'commands' };

export function readTyped(typed: string): { scope: Scope; query: string } {
  const scope = SIGNS[typed.trimStart().charAt(0)];
  return { scope: scope ?? 'all', query: (scope ? typed.trimStart().slice(1) : typed).trim() };
}

interface Indexed {
  readonly conversation: Conversation;
  readonly title: string;
  /** The name of an account, which nobody reads first. */
  readonly account: string;
}

/** Made once for each state of the list, not for each letter. */
export const indexOf = (conversations: ConversationMap): readonly Indexed[] =>
  [...conversations.values()].map((conversation) => ({
    conversation,
    title: foldText(titleOf(conversation.room)),
    account: foldText(conversation.room.peer?.username ?? ''),
  }));

const SHOWN_MAX = 50;
/** What is waited for, and where one was just now, come before what fits a little better. */
const UNREAD_BONUS = 60;
const RECENT_BONUS = 40;

export interface LocalSearch {
  readonly index: readonly Indexed[];
  readonly recent: readonly string[];
  readonly currentRoomId: string | undefined;
  readonly commands: readonly Command[];
}

/** What is known here and fits, best first. With nothing typed: what waits, then where one was last, then all by activity. */
export function findLocally(typed: string, { index, recent, currentRoomId, commands }: LocalSearch): SwitcherItem[] {
  const { scope, query } = readTyped(typed);
  const folded = foldText(query);
  const found: { item: SwitcherItem; score: number }[] = [];
  if (scope !== 'commands')
    for (const { conversation, title, account } of index) {
      const { room } = conversation;
      if (scope !== 'all' && (room.kind === 'direct') !== (scope === 'people')) continue;
      if (query === '' && room.id === currentRoomId) continue;
      const fit = Math.max(scoreOf(folded, title) ?? -1, account === '' ? -1 : (scoreOf(folded, account) ?? -1));
      if (fit < 0) continue;
      const visited = recent.indexOf(room.id);
      const bonus = (wantsAttention(conversation) ? UNREAD_BONUS : 0) + (visited === -1 ? 0 : Math.max(1, RECENT_BONUS - visited));
      const activity = Date.parse(conversation.lastMessage?.createdAt ?? conversation.room.createdAt) / 1e13; // below 1: for equals only
      found.push({ item: { kind: 'conversation', key: room.id, conversation }, score: fit + bonus + activity });
    }
  if (scope === 'commands' || (scope === 'all' && query !== ''))
    for (const command of commands) {
      const fit = command.run && command.id !== 'switch' ? scoreOf(folded, foldText(command.label)) : undefined;
      if (fit !== undefined) found.push({ item: { kind: 'command', key: `command ${command.id}`, command }, score: fit - 50 });
    }
  return found
    .sort((one, other) => other.score - one.score)
    .slice(0, SHOWN_MAX)
    .map(({ item }) => item);
}

/** What the server knows besides, behind what is known here. */
export function withRemote(
  local: readonly SwitcherItem[],
  remote: readonly SwitcherItem[],
  conversations: ConversationMap,
): SwitcherItem[] {
  const peers = new Set([...conversations.values()].map(({ room }) => room.peer?.id));
  const isNew = (item: SwitcherItem) =>
    item.kind === 'person' ? !peers.has(item.user.id) : item.kind === 'room' && !conversations.has(item.room.id);
  return [...local, ...remote.filter(isNew)].slice(0, SHOWN_MAX);
}
