import { expect, it } from 'vitest';
import { reportOf } from './connection-report.js';

it('says what helps, and nothing that anybody wrote or is called', () => {
  const facts = { gatewayId: 'g1', onlineSince: '2026-01-01T00:00:00.000Z', reconnects: 2, roundTripMs: 23, clockOffsetMs: -4 };
  const report = reportOf({
    status: 'online',
    facts,
    rooms: [
      { roomId: 'r1', lastSeq: 7, isOpen: true },
      { roomId: 'r2', lastSeq: 3, isOpen: false },
    ],
    at: '2026-01-01T00:01:00.000Z',
    agent: 'Browser/1',
  });
  expect(report.split('\n')).toEqual([
    'Parley connection report, 2026-01-01T00:01:00.000Z',
    'state: online',
    'online since: 2026-01-01T00:00:00.000Z',
    'gateway: g1',
    'round trip: 23 ms',
    'clock offset: -4 ms',
    'reconnects: 2',
    'room r1: seq 7, open',
    'room r2: seq 3',
    'browser: Browser/1',
  ]);
});
