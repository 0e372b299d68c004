import { ParleyError } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { FakeFetch, json, problem } from '../testing/fake-fetch.js';
import { ME, userOf } from '../testing/messages.js';
import { callRoute } from './http.js';
import { NoAnswerError } from '../no-answer-error.js';

const ask = (fake: FakeFetch) => callRoute(fake.fetch, 'GET /api/users', { query: { query: 'a b', cursor: undefined } }, 'abc');
const failure = async (response: Response): Promise<ParleyError> => {
  const error: unknown = await ask(new FakeFetch(() => response)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ParleyError);
  return error as ParleyError;
};

describe('callRoute', () => {
  it('sends what is asked and reads what is answered, ignoring what it does not know', async () => {
    const fake = new FakeFetch(() => json({ users: [{ ...userOf(ME, 'Me'), invented: 1 }], nextCursor: null, invented: 1 }));
    expect(await ask(fake)).toEqual({ users: [userOf(ME, 'Me')], nextCursor: null });
    expect(fake.calls).toEqual([
      {
        method: 'GET',
        url: '/api/users?query=a+b',
        headers: { accept: 'application/json', authorization: 'Bearer abc' },
        body: undefined,
      },
    ]);
  });

  it('turns a problem document into its error', async () => {
    const error = await failure(problem('VALIDATION_FAILED', 400, { errors: [{ path: 'name', message: 'is bad' }] }));
    expect(error).toMatchObject({
      code: 'VALIDATION_FAILED',
      message: 'detail of VALIDATION_FAILED',
      errors: [{ path: 'name', message: 'is bad' }],
      isRetryable: false,
    });
  });

  it('keeps the time after which a repeat makes sense', async () => {
    const error = await failure(json({ code: 'RATE_LIMITED' }, 429, { 'retry-after': '7' }));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 7_000, isRetryable: true });
  });

  it.each([
    [502, 'UNAVAILABLE'],
    [401, 'UNAUTHENTICATED'],
    [404, 'NOT_FOUND'],
    [418, 'VALIDATION_FAILED'],
  ])('understands %i from something in between', async (status, code) => {
    expect((await failure(new Response('<html>', { status }))).code).toBe(code);
  });

  it('takes an answer of another shape for an outage, not for data', async () => {
    expect((await failure(new Response('<html>a captive portal</html>'))).code).toBe('UNAVAILABLE');
    expect((await failure(json({ id: 1 }))).code).toBe('UNAVAILABLE');
  });

  it('says when nobody answered', async () => {
    const fake = new FakeFetch(() => Promise.reject(new TypeError('failed to fetch')));
    await expect(ask(fake)).rejects.toBeInstanceOf(NoAnswerError);
  });
});
