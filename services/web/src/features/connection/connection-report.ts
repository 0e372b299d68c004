import type { ConnectionFacts } from '../../state/connection-truth.js';

interface RoomPosition {
  readonly roomId: string;
  readonly lastSeq: number;
  readonly isOpen: boolean;
}

interface Report {
  readonly status: string;
  readonly facts: ConnectionFacts;
  readonly rooms: readonly RoomPosition[];
  readonly at: string;
  readonly agent: string;
}

/** Text for a bug report, for whoever runs the installation: in English, with ids and without names. */
export function reportOf({ status, facts, rooms, at, agent }: Report): string {
  return [
    `Parley connection report, ${at}`,
    `state: ${status}`,
    `online since: ${facts.onlineSince ?? '-'}`,
    `gateway: ${facts.gatewayId ?? '-'}`,
    `round trip: ${facts.roundTripMs === undefined ? '-' : `${facts.roundTripMs} ms`}`,
    `clock offset: ${facts.clockOffsetMs === undefined ? '-' : `${facts.clockOffsetMs} ms`}`,
    `reconnects: ${facts.reconnects}`,
    ...rooms.map(({ roomId, lastSeq, isOpen }) => `room ${roomId}: seq ${lastSeq}${isOpen ? ', open' : ''}`),
    `browser: ${agent}`,
  ].join('\n');
}
