import { Logger } from '@nestjs/common';
import { ParleyError } from '@parley/contracts';
import { backOffMs, pause } from '../back-off.js';
import type { RawRecord } from '../batch-runner.js';
import type { Subscription, TailOptions } from '../event-log.js';
import { WakeUp } from '../wake-up.js';
import type { LogHeads } from './log-heads.js';
import type { LogReader } from './log-reader.js';

const MAX_BATCH = 200;

/** One call of `tail`: follows a topic from where it ended then, with no trace in the database. */
export class TopicTail<P> implements Subscription {
  readonly #logger = new Logger(TopicTail.name);
  readonly #wakeUp = new WakeUp();
  readonly #closing = new AbortController();
  readonly #positions: { readonly partition: number; position: number }[];
  readonly #stopListening: () => void;
  readonly #running: Promise<void>;

  constructor(
    private readonly options: TailOptions<P>,
    ends: readonly number[],
    private readonly reader: LogReader,
    private readonly heads: LogHeads,
    private readonly onClosed: () => void,
  ) {
    this.#positions = ends.map((position, partition) => ({ partition, position }));
    this.#stopListening = heads.onAdvance(options.topic, this.#wakeUp.notify);
    this.#running = this.#run();
  }

  async caughtUp(): Promise<void> {
    const ends = await this.reader.ends(this.options.topic);
    while (this.#positions.some(({ partition, position }) => position < ends[partition]!)) {
      if (this.#closing.signal.aborted) throw new ParleyError('UNAVAILABLE');
      await pause(20, this.#closing.signal);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopListening();
    this.#wakeUp.notify();
    await this.#running;
    this.onClosed();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      try {
        if (!(await this.#follow())) await this.#wakeUp.wait();
        failures = 0;
      } catch (error) {
        this.#logger.warn(`cannot read ${this.options.topic}: ${(error as Error).message}`);
        await pause(backOffMs(failures++), this.#closing.signal);
      }
    }
  }

  async #follow(): Promise<boolean> {
    const behind = this.#positions.filter(({ partition, position }) => position < this.heads.end(this.options.topic, partition));
    if (behind.length === 0) return false;
    const results = await this.reader.read(this.options.topic, behind, MAX_BATCH);
    for (const [index, { records, next }] of results.entries()) {
      for (const record of records) {
        if (this.#closing.signal.aborted) return true;
        await this.#handle(record);
      }
      behind[index]!.position = next;
    }
    return true;
  }

  async #handle({ topic, partition, offset, type, payload }: RawRecord): Promise<void> {
    const event = this.options.events.find((candidate) => candidate.type === type);
    if (!event) return;
    try {
      await this.options.handle({ type, payload: event.schema.parse(JSON.parse(payload)), topic, partition, offset });
    } catch (error) {
      this.#logger.error(`a follower of ${topic} failed on record ${partition}/${offset}: ${(error as Error).stack}`);
    }
  }
}
