import type { Announcement } from '@parley/contracts';

/** Subject of `RoomFanout.toProcesses` under which the messages service tells gateways which rooms moved. */
export const ACTIVITY_SUBJECT = 'activity';

export interface ActivityNotice {
  readonly roomId: string;
  readonly head: number;
  /** Beginning of the newest message; only for people who may read the room. */
  readonly preview: string;
  /** What the room said, in parts, when that is the newest message. */
  readonly announcement?: Announcement;
  readonly senderId: string | null;
  /** Who wrote the messages since the last notice: user id, '' for the system, to positions; the newest 200 at the most. */
  readonly authors?: Readonly<Record<string, readonly number[]>>;
  /** People whom the messages since the last notice mention. */
  readonly mentions?: readonly string[];
  /** One of these messages mentions everyone. */
  readonly mentionsEveryone?: boolean;
}
