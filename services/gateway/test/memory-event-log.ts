import { EventLog, type LogRecord, type Subscription, type TailOptions } from '@parley/platform';
import type { EventDefinition } from '@parley/contracts';

interface Tail {
  readonly options: TailOptions<never>;
  done: Promise<void>;
}

/** A log that lives as long as the test: appends in order, tails in a later tick. */
export class MemoryEventLog extends EventLog {
  /** What appends do before they are durable; a test may make them slow or fail. */
  beforeAppend: () => Promise<void> = () => Promise.resolve();
  readonly appended: { type: string; payload: unknown }[] = [];
  private readonly tails = new Set<Tail>();

  async append<P>(event: EventDefinition<P>, payload: P): Promise<void> {
    const checked = event.schema.parse(payload);
    await this.beforeAppend();
    this.appended.push({ type: event.type, payload: checked });
    for (const tail of this.tails) this.pass(tail, event, checked);
  }

  async appendAll<P>(event: EventDefinition<P>, payloads: readonly P[]): Promise<void> {
    for (const payload of payloads) await this.append(event, payload);
  }

  consume(): Promise<Subscription> {
    return Promise.reject(new Error('gateways consume nothing'));
  }

  async tail<P>(options: TailOptions<P>): Promise<Subscription> {
    const tail: Tail = { options: options as unknown as TailOptions<never>, done: Promise.resolve() };
    this.tails.add(tail);
    return {
      caughtUp: () => tail.done,
      close: async () => {
        this.tails.delete(tail);
        await tail.done;
      },
    };
  }

  private pass(tail: Tail, event: Pick<EventDefinition, 'type' | 'topic'>, payload: unknown): void {
    const isWanted = tail.options.topic === event.topic && tail.options.events.some(({ type }) => type === event.type);
    if (!isWanted) return;
    const record: LogRecord = {
      type: event.type,
      payload,
      topic: event.topic,
      partition: 0,
      offset: BigInt(this.appended.length),
    };
    tail.done = tail.done.then(() => new Promise((turn) => setImmediate(turn))).then(() => tail.options.handle(record as LogRecord<never>));
  }
}
