import type { ChatClient } from '../../state/chat-client.js';
import { useStore } from '../common/use-store.js';
import { typingText } from './typing-text.js';

/** Who is writing at this moment. Not announced: it would never stop talking. */
export function TypingLine({ client, roomId }: { client: ChatClient; roomId: string }) {
  const typing = useStore(client.typing.store).get(roomId) ?? [];
  const people = useStore(client.people.store);
  return <p className="typing">{typingText(typing, people)}</p>;
}
