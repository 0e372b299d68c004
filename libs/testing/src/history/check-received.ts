import type { HistoryFault } from './history-fault.js';
import type { ReceivedRoom, StoredMessage } from './history.js';

/**
 * Every device must have shown the stored order: from the message at which it began to the last one, each once. It may
 * begin anywhere, since clients open a room with its newest page.
 */
export function* checkReceived(received: readonly ReceivedRoom[], stored: readonly StoredMessage[]): Iterable<HistoryFault> {
  const rooms = new Map(
    [...Map.groupBy(stored, (message) => message.roomId)].map(([roomId, messages]) => [
      roomId,
      {
        seqs: new Map(messages.map((message) => [message.messageId, message.seq])),
        head: Math.max(...messages.map((message) => message.seq)),
      },
    ]),
  );
  for (const { clientId, roomId, messages } of received) {
    const { seqs, head } = rooms.get(roomId) ?? { seqs: new Map<string, number>(), head: 0 };
    const fault = (kind: HistoryFault['kind'], detail: string): HistoryFault => ({
      kind,
      roomId,
      detail: `client ${clientId} in ${roomId}: ${detail}`,
    });
    const seen = new Set<string>();
    let last: number | undefined;
    for (const { seq, messageId } of messages) {
      const storedSeq = seqs.get(messageId);
      if (seen.has(messageId)) yield fault('client-repeat', `saw ${messageId} (seq ${seq}) again`);
      else if (storedSeq === undefined) yield fault('client-phantom', `saw ${messageId} (seq ${seq}), which is not stored`);
      else if (storedSeq !== seq) yield fault('client-order', `saw ${messageId} as seq ${seq}, stored is ${storedSeq}`);
      else if (last !== undefined && seq <= last) yield fault('client-order', `saw seq ${seq} after ${last}`);
      else if (last !== undefined && seq > last + 1) yield fault('client-hole', `saw seq ${seq} after ${last}`);
      seen.add(messageId);
      last = Math.max(last ?? 0, seq);
    }
    if ((last ?? 0) < head) yield fault('client-tail', `knows up to seq ${last ?? 0}, stored are ${head}`);
  }
}
