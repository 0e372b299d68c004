import type { Mentions, MessageDeleted, MessageEdited, MessageReacted } from '@parley/contracts';

/** An accepted command on a message. */
export type Change =
  | { readonly action: 'edit'; readonly command: MessageEdited; readonly mentions: Mentions | null }
  | { readonly action: 'delete'; readonly command: MessageDeleted }
  | { readonly action: 'react'; readonly command: MessageReacted };

/** A change and its place in its batch: so many posts of the batch were accepted before it. */
export interface PlacedChange {
  readonly change: Change;
  readonly postsBefore: number;
}
