import { ParleyError } from '@parley/contracts';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { isTransientFault } from './transient-fault.js';

const coded = (code: string, message = 'failed'): Error => Object.assign(new Error(message), { code });

it.each([
  coded('ECONNREFUSED'),
  coded('ECONNRESET'),
  coded('ETIMEDOUT'),
  coded('40001'),
  coded('40P01'),
  coded('53300'),
  coded('57P01'),
  coded('57014'),
  coded('08006'),
  coded('55P03'),
  new Error('Connection terminated unexpectedly'),
  new Error('timeout exceeded when trying to connect'),
  new Error('Cannot use a pool after calling end on the pool'),
  new DOMException('too slow', 'TimeoutError'),
  new ParleyError('UNAVAILABLE'),
  new ParleyError('RATE_LIMITED'),
  new Error('outer', { cause: coded('57P01') }),
  new ParleyError('VALIDATION_FAILED', { cause: coded('57P01') }),
  new AggregateError([new Error('x'), coded('ECONNREFUSED')]),
])('takes %o for transient', (error) => {
  expect(isTransientFault(error)).toBe(true);
});

it.each([
  coded('23505'),
  coded('22P02'),
  coded('42P01'),
  coded('ENOENT'),
  new TypeError('x is not a function'),
  new ParleyError('ROOM_NOT_FOUND'),
  z.string().safeParse(1).error,
  'ECONNREFUSED',
  undefined,
  null,
])('takes %o for lasting', (error) => {
  expect(isTransientFault(error)).toBe(false);
});

it('comes to an end when an error is its own cause', () => {
  const error = new Error('round');
  error.cause = error;
  expect(isTransientFault(error)).toBe(false);
});
