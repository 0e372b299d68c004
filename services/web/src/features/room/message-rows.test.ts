import { describe, expect, it } from 'vitest';
import { ME, messageOf, userOf, uuidOf } from '@parley/client/testing';
import { isSameRow, rowsOf, type RowSource } from './message-rows.js';

const at = (minute: number) => new Date(2026, 0, 5, 12, minute).toISOString();
const ann = userOf(uuidOf(7), 'Ann');
const sourceOf = (source: Partial<RowSource>): RowSource => ({
  messages: [],
  pending: [],
  notices: [],
  readSeq: undefined,
  ownUserId: ME,
  ...source,
});
/** One line for each thing on screen. */
const draw = (source: Partial<RowSource>) =>
  rowsOf(sourceOf(source)).flatMap((row) => {
    const leads = row.leads.map((lead) => (lead.kind === 'gap' ? `gap ${lead.gap.after}-${lead.gap.before}` : lead.kind));
    if (row.kind === 'members') return [...leads, row.key];
    const text = row.kind === 'message' ? row.message.text : `${row.entry.text}…`;
    return [...leads, `${row.isGrouped ? '  ' : ''}${text}`];
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

  it('says since when there is something new', () => {
    const messages = [1, 2].map((seq) => messageOf(seq, { createdAt: at(seq) }));
    expect(rowsOf(sourceOf({ messages, readSeq: 1 })).at(-1)!.leads).toEqual([{ kind: 'new', since: at(2) }]);
  });

  it('tells rows that look the same from others', () => {
    const messages = [1, 2].map((seq) => messageOf(seq, { createdAt: at(seq) }));
    const rows = (source: Partial<RowSource> = {}) => rowsOf(sourceOf({ messages, ...source }));
    expect(rows().every((row, index) => isSameRow(row, rows()[index]!))).toBe(true);
    expect(isSameRow(rows()[1]!, rows({ readSeq: 1 })[1]!)).toBe(false);
    expect(isSameRow(rows()[1]!, rows({ messages: [messages[1]!] })[0]!)).toBe(false);
    expect(isSameRow(rows()[1]!, rows({ messages: [messages[0]!, { ...messages[1]!, rev: 1 }] })[1]!)).toBe(false);
  });

  it('puts what is on its way at the end, under one key with its message', () => {
    const message = messageOf(1, { createdAt: at(1), sender: userOf(ME, 'Me'), clientMsgId: 'mine' });
    const pending = [{ clientMsgId: 'mine', roomId: '', text: 'message 1', createdAt: at(1), state: 'queued' as const }];
    expect(draw({ pending })).toEqual(['day', 'message 1…']);
    const key = (source: Partial<RowSource>) => rowsOf(sourceOf(source)).at(-1)!.key;
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
