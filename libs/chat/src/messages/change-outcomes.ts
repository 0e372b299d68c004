import type { ErrorCode } from '@parley/contracts';

/** What became of an accepted change of a message. */
export interface ChangeOutcome {
  /** Of the message afterwards; the same as before if there was nothing to change. */
  readonly rev: number;
  /** Why nothing was done; null when it was. */
  readonly refusal: ErrorCode | null;
}

/** Answered by the messages service, which carries changes out in the order of the log. */
export abstract class ChangeOutcomes {
  /** Waits up to `waitMs` for a command that was accepted; undefined when it has not had its turn by then. */
  abstract wait(roomId: string, commandId: string, waitMs: number): Promise<ChangeOutcome | undefined>;
}
