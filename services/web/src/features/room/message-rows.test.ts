import { describe, expect, it } from 'vitest';
import { ME, messageOf, userOf, uuidOf } from '@parley/client/testing';
import { rowsOf, type RowSource } from './message-rows.js';

const at = (minute: number) => new Date(2026, 0, 5, 12, minute).toISOString();
const ann = userOf(uuidOf(7), 'Ann');
const draw = (source: Partial<RowSource>) =>
  rowsOf({ messages: [], pending: [], notices: [], readSeq: undefined, ownUserId: ME, ...source }).map((row) => {
    if (row.kind === 'message') return `${row.isGrouped ? '  ' : ''}${row.message.text}`;
    if (row.kind === 'pending') return `${row.isGrouped ? '  ' : ''}${row.entry.text}…`;
    if (row.kind === 'members') return row.key;
    return row.kind === 'gap' ? `gap ${row.gap.after}-${row.gap.before}` : row.kind;
  });

describe('rowsOf', () => {
  it('groups what one person writes within seven minutes of the first', () => {
    const messages = [0, 3, 6, 8, 9].map((minute, index) => messageOf(index + 1, { createdAt: at(minute), text: `at ${minute}` }));
    messages.push(messageOf(6, { createdAt: at(10), text: 'of ann', sender: ann }));
    expect(draw({ messages })).toEqual(['day', 'at 0', '  at 3', '  at 6', 'at 8', '  at 9', 'of ann']);
  });

  it('begins every day with its name', () => {
    const messages = [
      messageOf(1, { createdAt: new Date(2026, 0, 5, 23, 59).toISOString() }),
      messageOf(2, { createdAt: new Date(2026, 0, 6, 0, 1).toISOString() }),
    ];
    expect(draw({ messages })).toEqual(['day', 'message 1', 'day', 'message 2']);
  });

  it('draws the line before the first unread message of somebody else', () => {
    const messages = [1, 2, 3, 4].map((seq) => messageOf(seq, { createdAt: at(seq), ...(seq === 2 ? { sender: userOf(ME, 'Me') } : {}) }));
    expect(draw({ messages, readSeq: 1 })).toEqual(['day', 'message 1', 'message 2', 'new', 'message 3', '  message 4']);
    expect(draw({ messages, readSeq: 4 })).not.toContain('new');
    expect(draw({ messages, readSeq: 0 })).not.toContain('new');
    expect(draw({ messages })).not.toContain('new');
  });

  it('shows what is not loaded', () => {
    const messages = [messageOf(1, { createdAt: at(1) }), messageOf(9, { createdAt: at(2) })];
    expect(draw({ messages })).toEqual(['day', 'message 1', 'gap 1-9', 'message 9']);
  });

  it('puts what is on its way at the end, under one key with its message', () => {
    const message = messageOf(1, { createdAt: at(1), sender: userOf(ME, 'Me'), clientMsgId: 'mine' });
    const pending = [{ clientMsgId: 'mine', roomId: '', text: 'message 1', createdAt: at(1), state: 'queued' as const }];
    expect(draw({ pending })).toEqual(['day', 'message 1…']);
    const key = (source: Partial<RowSource>) =>
      rowsOf({ messages: [], pending: [], notices: [], readSeq: undefined, ownUserId: ME, ...source }).at(-1)!.key;
    expect(key({ pending })).toBe(key({ messages: [message] }));
  });

  it('puts who came and went behind the message that was the newest then, under no name', () => {
    const messages = [5, 6, 7].map((seq) => messageOf(seq, { createdAt: at(seq) }));
    const pending = [{ clientMsgId: 'mine', roomId: '', text: 'own', createdAt: at(8), state: 'queued' as const }];
    const notices = [3, 5, 7].map((afterSeq) => ({ key: `behind ${afterSeq}`, afterSeq, people: new Map(), crowds: [] }));
    expect(draw({ messages, pending, notices })).toEqual(['day', 'message 5', 'behind 5', 'message 6', '  message 7', 'behind 7', 'own…']);
    expect(draw({ notices: [{ ...notices[0]!, afterSeq: 0, key: 'in an empty room' }] })).toEqual(['in an empty room']);
  });
});
