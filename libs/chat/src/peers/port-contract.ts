import type { z } from 'zod';

type Method = (...args: never[]) => Promise<unknown>;
export type PortMethods<P> = { [M in keyof P as P[M] extends Method ? M : never]: P[M] };

/** How a question and its answer look on the wire. `undefined` is an answer, too. */
export interface QuestionShape<A extends readonly unknown[] = readonly unknown[], R = unknown> {
  readonly args: z.ZodType<A>;
  readonly answer: z.ZodType<R>;
}

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
