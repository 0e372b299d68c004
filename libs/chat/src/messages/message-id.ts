import { hash } from 'node:crypto';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/**
 * The id of the message that `(sender, room, clientMsgId)` names: the same for every retry, through any gateway,
 * without asking anybody. A UUID in version 7 layout (RFC 9562): the time is that of a version 7 `clientMsgId`,
 * as our clients make them, and for any other key a part of the hash, as is the rest.
 */
export function messageIdOf(senderId: string, roomId: string, clientMsgId: string): string {
  const digest = hash('sha256', `${senderId}:${roomId}:${clientMsgId}`, 'buffer');
  if (UUID_V7.test(clientMsgId)) Buffer.from(clientMsgId.replaceAll('-', '').slice(0, 12), 'hex').copy(digest, 0);
  digest[6] = (digest[6]! & 0x0f) | 0x70;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
