import { keyOf, type Attempt, type History, type Outcome, type StoredMessage } from './history.js';
import { checkReceived } from './check-received.js';
import type { HistoryFault } from './history-fault.js';

export interface HistoryReport {
  readonly counts: Readonly<Record<Outcome | 'attempted' | 'stored', number>>;
  readonly faults: readonly HistoryFault[];
}

/**
 * Holds what clients were told against what is stored. Give it the whole of every room that took part, once all is
 * quiet. A send without a definite answer may be stored or not, but only once; one that was refused must not be.
 */
export function checkHistory({ attempts, stored, received }: History): HistoryReport {
  const intents = intentsOf(attempts);
  const rows = Map.groupBy(stored, keyOf);
  const faults = [
    ...checkIntents(intents, rows),
    ...checkStored(stored, intents),
    ...checkSeqs(stored),
    ...checkSenderOrder(intents, rows),
    ...checkReceived(received, stored),
  ];
  const count = (outcome: Outcome) => attempts.filter((attempt) => attempt.outcome === outcome).length;
  return {
    counts: {
      attempted: attempts.length,
      acked: count('acked'),
      rejected: count('rejected'),
      indeterminate: count('indeterminate'),
      stored: stored.length,
    },
    faults,
  };
}

/** Throws with the counts and the first faults of each kind. */
export function assertCleanHistory(history: History): HistoryReport {
  const report = checkHistory(history);
  if (report.faults.length === 0) return report;
  const lines = [...Map.groupBy(report.faults, (fault) => fault.kind)].flatMap(([kind, faults]) => [
    `${kind}: ${faults.length}`,
    ...faults.slice(0, 5).map((fault) => `  ${fault.detail}`),
  ]);
  throw new Error(`the history has ${report.faults.length} faults (${JSON.stringify(report.counts)})\n${lines.join('\n')}`);
}

/** All attempts with one key: retries of a whole send, or the same id from several devices. */
interface Intent {
  readonly attempts: readonly Attempt[];
  readonly beganAt: number;
  /** The first acknowledgement. */
  readonly ackedAt: number | undefined;
  readonly isRejected: boolean;
}

function intentsOf(attempts: readonly Attempt[]): Map<string, Intent> {
  return new Map(
    [...Map.groupBy(attempts, keyOf)].map(([key, same]) => {
      const acks = same.flatMap((attempt) => (attempt.outcome === 'acked' ? [attempt.endedAt ?? attempt.beganAt] : []));
      return [
        key,
        {
          attempts: same,
          beganAt: Math.min(...same.map((attempt) => attempt.beganAt)),
          ackedAt: acks.length > 0 ? Math.min(...acks) : undefined,
          isRejected: same.every((attempt) => attempt.outcome === 'rejected'),
        },
      ];
    }),
  );
}

function* checkIntents(intents: ReadonlyMap<string, Intent>, rows: ReadonlyMap<string, readonly StoredMessage[]>): Iterable<HistoryFault> {
  for (const [key, intent] of intents) {
    const same = rows.get(key) ?? [];
    const { roomId } = intent.attempts[0]!;
    if (intent.ackedAt !== undefined && same.length === 0) yield { kind: 'lost', roomId, detail: `acknowledged, not stored: ${key}` };
    if (intent.isRejected && same.length > 0) yield { kind: 'rejected-but-stored', roomId, detail: `refused, yet stored: ${key}` };
  }
}

function* checkStored(stored: readonly StoredMessage[], intents: ReadonlyMap<string, Intent>): Iterable<HistoryFault> {
  const seen = new Set<string>();
  for (const message of stored) {
    const { roomId, messageId, senderId, seq } = message;
    const at = `seq ${seq} of ${roomId}, message ${messageId}`;
    const key = keyOf(message);
    const isRepeat = seen.has(messageId) || (senderId !== null && seen.has(key));
    seen.add(messageId).add(key);
    if (isRepeat) yield { kind: 'duplicated', roomId, detail: `stored again: ${at}` };
    if (senderId === null) continue;
    const intent = intents.get(key);
    if (!intent) yield { kind: 'phantom', roomId, detail: `nobody sent it: ${at}` };
    else if (!intent.attempts.some((attempt) => attempt.text === message.text))
      yield { kind: 'altered', roomId, detail: `another text: ${at}` };
    for (const attempt of intent?.attempts ?? []) {
      if (attempt.messageId !== undefined && attempt.messageId !== messageId)
        yield { kind: 'altered', roomId, detail: `acknowledged as ${attempt.messageId}: ${at}` };
    }
  }
}

function* checkSeqs(stored: readonly StoredMessage[]): Iterable<HistoryFault> {
  for (const [roomId, messages] of Map.groupBy(stored, (message) => message.roomId)) {
    const seqs = messages.map((message) => message.seq).sort((a, b) => a - b);
    let last = 0;
    for (const seq of seqs) {
      if (seq === last) yield { kind: 'gap', roomId, detail: `seq ${seq} of ${roomId} is taken twice` };
      else if (seq !== last + 1) yield { kind: 'gap', roomId, detail: `${roomId} jumps from seq ${last} to ${seq}` };
      last = seq;
    }
  }
}

/** Who was acknowledged before the same person began to send the next must stand before it. */
function* checkSenderOrder(
  intents: ReadonlyMap<string, Intent>,
  rows: ReadonlyMap<string, readonly StoredMessage[]>,
): Iterable<HistoryFault> {
  const placed = [...intents].flatMap(([key, intent]) => {
    const row = rows.get(key)?.[0];
    return row ? [{ ...intent, seq: row.seq, sender: `${row.senderId} ${row.roomId}`, roomId: row.roomId }] : [];
  });
  for (const [sender, mine] of Map.groupBy(placed, (entry) => entry.sender)) {
    const acked = mine.filter((entry) => entry.ackedAt !== undefined).sort((a, b) => a.ackedAt! - b.ackedAt!);
    let settled = 0;
    let highest = 0;
    for (const entry of mine.sort((a, b) => a.beganAt - b.beganAt)) {
      for (; settled < acked.length && acked[settled]!.ackedAt! < entry.beganAt; settled += 1)
        highest = Math.max(highest, acked[settled]!.seq);
      if (entry.seq < highest)
        yield {
          kind: 'sender-order',
          roomId: entry.roomId,
          detail: `${sender}: seq ${entry.seq} was sent after seq ${highest} was acknowledged`,
        };
    }
  }
}
