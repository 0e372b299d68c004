/** k6 has it; its types name none. */
declare const console: { error(line: string): void };

/** Of one VU: the rest is only counted. */
const MOST = 20;
const told = new Map<string, number>();

interface Place {
  readonly roomId: string;
  readonly seq?: number;
  readonly clientMsgId?: string;
  readonly createdAt?: string;
}

/**
 * Says what was not as promised and to whom, so that it can be looked up. The truth is the history:
 * `GET /api/chat/rooms/ROOM/messages?around=SEQ`.
 */
export function tellFault(
  what: 'lost' | 'duplicated' | 'out of order',
  personId: string,
  { roomId, seq, clientMsgId, createdAt }: Place,
): void {
  const count = (told.get(what) ?? 0) + 1;
  told.set(what, count);
  if (count > MOST) return;
  const place = [`room=${roomId}`, seq && `seq=${seq}`, clientMsgId && `clientMsgId=${clientMsgId}`, createdAt && `createdAt=${createdAt}`];
  console.error([`${what}:`, `at=${new Date().toISOString()}`, `person=${personId}`, ...place].filter(Boolean).join(' '));
}
