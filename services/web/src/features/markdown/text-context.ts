import type { ChatClient } from '../../state/chat-client.js';
import type { Router } from '../app/router.js';

/** What the elements of a text need to know beside it. */
export interface TextContext {
  readonly client: ChatClient;
  readonly router: Router;
  /** Lower-cased names of those whom the message means. */
  readonly mentioned: ReadonlySet<string>;
  readonly ownName: string;
}
