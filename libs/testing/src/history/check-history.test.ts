import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertCleanHistory, checkHistory } from './check-history.js';
import type { HistoryFaultKind } from './history-fault.js';
import { HistoryRecorder } from './history-recorder.js';
import { keyOf, type Attempt, type History, type ReceivedRoom, type StoredMessage } from './history.js';

type Fate = 'acked' | 'rejected' | 'unknown-stored' | 'unknown-not-stored';
interface Step {
  room: number;
  sender: number;
  fate: Fate;
  /** This many of the sender's earlier sends in the room are still unanswered when this one begins. */
  isOverlapping: boolean;
}

const FATES: readonly Fate[] = ['acked', 'acked', 'acked', 'rejected', 'unknown-stored', 'unknown-not-stored'];
const steps = fc.array(
  fc.record<Step>({
    room: fc.nat({ max: 2 }),
    sender: fc.nat({ max: 3 }),
    fate: fc.constantFrom(...FATES),
    isOverlapping: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);

/** What a correct product leaves behind: rooms in order of arrival, watched by two clients that came at different times. */
function validHistory(plan: readonly Step[]): History {
  const recorder = new HistoryRecorder();
  const stored: StoredMessage[] = [];
  const heads = new Map<string, number>();
  const answers: (() => void)[] = [];
  plan.forEach((step, index) => {
    const intent = { senderId: `sender${step.sender}`, roomId: `room${step.room}`, clientMsgId: `key${index}`, text: `text ${index}` };
    if (!step.isOverlapping) for (const answer of answers.splice(0)) answer();
    const attempt = recorder.attempt(intent);
    const messageId = `message${index}`;
    if (step.fate === 'acked') answers.push(() => attempt.acked(messageId));
    if (step.fate === 'rejected') answers.push(() => attempt.rejected());
    if (step.fate === 'rejected' || step.fate === 'unknown-not-stored') return;
    const seq = (heads.get(intent.roomId) ?? 0) + 1;
    heads.set(intent.roomId, seq);
    stored.push({ ...intent, seq, messageId });
  });
  for (const answer of answers) answer();
  for (const [roomId, head] of heads) {
    const inRoom = stored.filter((message) => message.roomId === roomId);
    for (const { seq, messageId } of inRoom) recorder.received('early', roomId, { seq, messageId });
    for (const { seq, messageId } of inRoom.slice(Math.floor(head / 2))) recorder.received('late', roomId, { seq, messageId });
  }
  return { attempts: [...recorder.attempts], stored, received: recorder.receivedRooms };
}

const kindsOf = (history: History): Set<HistoryFaultKind> => new Set(checkHistory(history).faults.map((fault) => fault.kind));

/** Spoils a history in one way at a random place; undefined when it has no place for that fault. */
type Corruption = (history: History, pick: <T>(items: readonly T[]) => T | undefined) => History | undefined;

const without = <T>(items: readonly T[], item: T): T[] => items.filter((other) => other !== item);
const replaced = <T>(items: readonly T[], item: T, ...by: T[]): T[] => items.flatMap((other) => (other === item ? by : [other]));

function spoilClient(
  history: History,
  pick: <T>(items: readonly T[]) => T | undefined,
  minimum: number,
  spoil: (room: ReceivedRoom, at: number) => ReceivedRoom,
) {
  const room = pick(history.received.filter((candidate) => candidate.messages.length >= minimum));
  if (!room) return undefined;
  const at = pick([...room.messages.keys()].slice(0, room.messages.length - minimum + 1));
  return { ...history, received: replaced(history.received, room, spoil(room, at!)) };
}

const CORRUPTIONS: Record<string, { flags: HistoryFaultKind; spoil: Corruption }> = {
  'an acknowledged message lost': {
    flags: 'lost',
    spoil: (history, pick) => {
      const acked = new Set(history.attempts.filter((attempt) => attempt.outcome === 'acked').map(keyOf));
      const victim = pick(history.stored.filter((message) => acked.has(keyOf(message))));
      return victim && { ...history, stored: without(history.stored, victim) };
    },
  },
  'a retry stored as a second message': {
    flags: 'duplicated',
    spoil: (history, pick) => {
      const victim = pick(history.stored);
      const head = history.stored.filter((message) => message.roomId === victim?.roomId).length;
      return victim && { ...history, stored: [...history.stored, { ...victim, seq: head + 1, messageId: 'again' }] };
    },
  },
  'a redelivery stored under the same id': {
    flags: 'duplicated',
    spoil: (history, pick) => {
      const victim = pick(history.stored);
      const head = history.stored.filter((message) => message.roomId === victim?.roomId).length;
      return victim && { ...history, stored: [...history.stored, { ...victim, seq: head + 1 }] };
    },
  },
  'a message from nowhere': {
    flags: 'phantom',
    spoil: (history, pick) => {
      const last = pick(
        history.stored.filter((message) => !history.stored.some((other) => other.roomId === message.roomId && other.seq > message.seq)),
      );
      return (
        last && { ...history, stored: [...history.stored, { ...last, seq: last.seq + 1, clientMsgId: 'nowhere', messageId: 'phantom' }] }
      );
    },
  },
  'a refused message stored': {
    flags: 'rejected-but-stored',
    spoil: (history, pick) => {
      const refused = pick(history.attempts.filter((attempt) => attempt.outcome === 'rejected'));
      const head = history.stored.filter((message) => message.roomId === refused?.roomId).length;
      return refused && { ...history, stored: [...history.stored, { ...refused, seq: head + 1, messageId: 'refused' }] };
    },
  },
  'another text stored': {
    flags: 'altered',
    spoil: (history, pick) => {
      const victim = pick(history.stored);
      return victim && { ...history, stored: replaced(history.stored, victim, { ...victim, text: `${victim.text}!` }) };
    },
  },
  'another id acknowledged': {
    flags: 'altered',
    spoil: (history, pick) => {
      const victim = pick(history.attempts.filter((attempt) => attempt.outcome === 'acked'));
      return victim && { ...history, attempts: replaced<Attempt>(history.attempts, victim, { ...victim, messageId: 'other' }) };
    },
  },
  'a seq passed over': {
    flags: 'gap',
    spoil: (history, pick) => {
      const victim = pick(history.stored);
      const move = (message: StoredMessage) =>
        message.roomId === victim!.roomId && message.seq >= victim!.seq ? { ...message, seq: message.seq + 1 } : message;
      return victim && { ...history, stored: history.stored.map(move) };
    },
  },
  'a seq given twice': {
    flags: 'gap',
    spoil: (history, pick) => {
      const victim = pick(history.stored.filter((message) => message.seq > 1));
      return victim && { ...history, stored: replaced(history.stored, victim, { ...victim, seq: victim.seq - 1 }) };
    },
  },
  'two messages of one sender swapped': {
    flags: 'sender-order',
    spoil: (history, pick) => {
      const attempts = new Map(history.attempts.map((attempt) => [keyOf(attempt), attempt]));
      const pairs = history.stored.flatMap((first) =>
        history.stored.flatMap((second) => {
          const [before, after] = [attempts.get(keyOf(first))!, attempts.get(keyOf(second))!];
          const isSettled = before.outcome === 'acked' && before.endedAt! < after.beganAt;
          return isSettled && first.roomId === second.roomId && first.senderId === second.senderId ? [[first, second] as const] : [];
        }),
      );
      const pair = pick(pairs);
      if (!pair) return undefined;
      const [first, second] = pair;
      const stored = replaced(replaced(history.stored, first, { ...first, seq: second.seq }), second, { ...second, seq: first.seq });
      return { ...history, stored };
    },
  },
  'a client that missed the tail': {
    flags: 'client-tail',
    spoil: (history, pick) => spoilClient(history, pick, 1, (room, at) => ({ ...room, messages: room.messages.slice(0, at) })),
  },
  'a client that passed over a message': {
    flags: 'client-hole',
    spoil: (history, pick) =>
      spoilClient(history, pick, 3, (room, at) => ({ ...room, messages: without(room.messages, room.messages[at + 1]!) })),
  },
  'a client that showed a message twice': {
    flags: 'client-repeat',
    spoil: (history, pick) => spoilClient(history, pick, 1, (room, at) => ({ ...room, messages: [...room.messages, room.messages[at]!] })),
  },
  'a client that swapped two messages': {
    flags: 'client-order',
    spoil: (history, pick) =>
      spoilClient(history, pick, 2, (room, at) => ({
        ...room,
        messages: room.messages.with(at, room.messages[at + 1]!).with(at + 1, room.messages[at]!),
      })),
  },
  'a client that saw another order than is stored': {
    flags: 'client-order',
    spoil: (history, pick) =>
      spoilClient(history, pick, 2, (room, at) => {
        const [first, second] = [room.messages[at]!, room.messages[at + 1]!];
        return {
          ...room,
          messages: room.messages.with(at, { ...second, seq: first.seq }).with(at + 1, { ...first, seq: second.seq }),
        };
      }),
  },
  'a client that saw what is not stored': {
    flags: 'client-phantom',
    spoil: (history, pick) =>
      spoilClient(history, pick, 1, (room, at) => ({
        ...room,
        messages: room.messages.with(at, { ...room.messages[at]!, messageId: 'unreal' }),
      })),
  },
};

describe('checkHistory', () => {
  it('finds no fault in what a correct product leaves behind', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const history = validHistory(plan);
        expect(assertCleanHistory(history).counts).toMatchObject({ attempted: plan.length, stored: history.stored.length });
      }),
    );
  });

  it.each(Object.entries(CORRUPTIONS))('flags %s', (_, { flags, spoil }) => {
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat()), (plan, choices) => {
        const next = choices[Symbol.iterator]();
        const pick = <T>(items: readonly T[]): T | undefined => items[next.next().value! % items.length];
        const corrupted = spoil(validHistory(plan), pick);
        fc.pre(corrupted !== undefined); // too small a history to be spoiled in this way does not count as a run
        expect(kindsOf(corrupted)).toContain(flags);
        expect(() => assertCleanHistory(corrupted)).toThrow(flags);
      }),
    );
  });

  it('lets an unanswered send be stored or not, and a repeat under the same key succeed late', () => {
    const recorder = new HistoryRecorder();
    const intent = { senderId: 'a', roomId: 'r', clientMsgId: 'k', text: 't' };
    recorder.attempt(intent);
    recorder.attempt({ ...intent, clientMsgId: 'never-heard-of' });
    recorder.attempt(intent).acked('m');
    const stored = [{ ...intent, seq: 1, messageId: 'm' }];
    expect(checkHistory({ attempts: recorder.attempts, stored, received: [] })).toEqual({
      counts: { attempted: 3, acked: 1, rejected: 0, indeterminate: 2, stored: 1 },
      faults: [],
    });
  });

  it('lets the room itself speak', () => {
    const stored = [{ roomId: 'r', seq: 1, messageId: 'm', senderId: null, clientMsgId: 'joined', text: 'a joined' }];
    expect(kindsOf({ attempts: [], stored, received: [] })).toEqual(new Set());
  });

  it('notices a watcher that saw nothing of a room with messages', () => {
    const recorder = new HistoryRecorder();
    recorder.watching('client', 'r');
    const stored = [{ roomId: 'r', seq: 1, messageId: 'm', senderId: null, clientMsgId: 'x', text: '' }];
    expect(kindsOf({ attempts: [], stored, received: recorder.receivedRooms })).toEqual(new Set(['client-tail']));
  });
});
