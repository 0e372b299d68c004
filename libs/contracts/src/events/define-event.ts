import type { z } from 'zod';
import type { TopicName } from './topics.js';

/** A fact in the event log: past tense, versioned, strict. A published version never changes. */
export interface EventDefinition<P = unknown> {
  /** `message.posted.v1` */
  readonly type: string;
  readonly topic: TopicName;
  readonly schema: z.ZodType<P>;
  /** Events with one key keep their order. */
  readonly keyOf: (payload: P) => string;
}

export function defineEvent<S extends z.ZodType>(definition: {
  type: string;
  topic: TopicName;
  schema: S;
  keyOf: (payload: z.output<S>) => string;
}): EventDefinition<z.output<S>> & { schema: S } {
  return definition as EventDefinition<z.output<S>> & { schema: S };
}
