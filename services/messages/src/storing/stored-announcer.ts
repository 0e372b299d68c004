import { Injectable, Logger } from '@nestjs/common';
import type { EventDefinition, MessageChanged, MessageStored } from '@parley/contracts';
import { EventLog } from '@parley/platform';
import { failpoint } from '@parley/runtime';

const WINDOW_MS = 50;

/** A fact about a stored message, with the definition that it is written by. */
export type StoredFact =
  | { readonly event: EventDefinition<MessageStored>; readonly payload: MessageStored }
  | { readonly event: EventDefinition<MessageChanged>; readonly payload: MessageChanged };

/**
 * Tells everybody else what was stored, off the way of the message itself: gathered for 50 ms, so that a busy service
 * appends once where it stores ten times. Nothing is lost in a crash, because the log's offset waits for `flush`.
 */
@Injectable()
export class StoredAnnouncer {
  private readonly logger = new Logger(StoredAnnouncer.name);
  private waiting: StoredFact[] = [];
  private timer: NodeJS.Timeout | undefined;
  private appending: Promise<void> = Promise.resolve();

  constructor(private readonly log: EventLog) {}

  add(facts: readonly StoredFact[]): void {
    for (const fact of facts) this.waiting.push(fact);
    this.timer ??= setTimeout(() => {
      this.flush().catch((error: unknown) => this.logger.warn('stored messages could not be announced; the next try follows', error));
    }, WINDOW_MS);
  }

  /** Resolves when everything that was added is in the log; rejects, and keeps it for the next time, otherwise. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.appending = this.appending.then(
      () => this.append(),
      () => this.append(),
    );
    return this.appending;
  }

  private async append(): Promise<void> {
    const facts = this.waiting;
    if (facts.length === 0) return;
    this.waiting = [];
    try {
      for (const [event, payloads] of runsOf(facts)) await this.log.appendAll(event, payloads);
      failpoint('after-announce-before-offset');
    } catch (error) {
      this.waiting = [...facts, ...this.waiting];
      this.add([]);
      throw error;
    }
  }
}

/** Neighbours of one event are appended at once; the order of all stays. */
function runsOf(facts: readonly StoredFact[]): [EventDefinition, unknown[]][] {
  const runs: [EventDefinition, unknown[]][] = [];
  for (const { event, payload } of facts) {
    const last = runs.at(-1);
    if (last?.[0] === event) last[1].push(payload);
    else runs.push([event as EventDefinition, [payload]]);
  }
  return runs;
}
