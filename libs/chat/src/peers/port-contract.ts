import { ERROR_CODES } from '@parley/contracts';
import { z } from 'zod';

type Method = (...args: never[]) => Promise<unknown>;
export type PortMethods<P> = { [M in keyof P as P[M] extends Method ? M : never]: P[M] };

/** How a question and its answer look on the wire. `undefined` is an answer, too. */
export interface QuestionShape<A extends readonly unknown[] = readonly unknown[], R = unknown> {
  readonly args: z.ZodType<A>;
  readonly answer: z.ZodType<R>;
  /** For questions that change something and are no longer the same when they are put again. */
  readonly isPutOnce?: boolean;
  /** Instead of the usual 3 s, for answers that take work. */
  readonly timeoutMs?: number;
}

/** A refusal as it travels. Faults of the asking service itself are answered with a problem document instead. */
export const Refusal = z.object({
  code: z.enum(ERROR_CODES),
  detail: z.string(),
  retryAfterMs: z.number().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Refusal = z.output<typeof Refusal>;

/**
 * A port between services in a form that can travel: every method with the shape of its arguments and its answer.
 * Both ends check what they get, so a service that is a version behind fails clearly and not somewhere later.
 */
export interface PortContract<P = unknown> {
  /** Part of the internal address: `/internal/<name>/<method>`. */
  readonly name: string;
  readonly methods: Readonly<Record<string, QuestionShape>>;
  readonly port?: P;
}

export function definePort<P>(
  name: string,
  methods: {
    [M in keyof PortMethods<P> & string]: P[M] extends (...args: infer A) => Promise<infer R> ? QuestionShape<A, R> : never;
  },
): PortContract<P> {
  return { name, methods: methods as unknown as Record<string, QuestionShape> };
}

/** Where internal questions are answered; the edge lets nobody in here. */
export const INTERNAL_PREFIX = 'internal';
