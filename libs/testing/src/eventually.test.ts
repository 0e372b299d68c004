import { expect, it } from 'vitest';
import { eventually } from './eventually.js';

it('answers as soon as the check neither throws nor answers false', async () => {
  let looks = 0;
  const answer = await eventually(
    () => {
      looks += 1;
      if (looks === 1) throw new Error('not yet');
      return looks > 2 && { looks };
    },
    { intervalMs: 1 },
  );
  expect(answer).toEqual({ looks: 3 });
});

it('takes undefined and 0 for an answer', async () => {
  await expect(eventually(() => undefined)).resolves.toBeUndefined();
  await expect(eventually(() => 0)).resolves.toBe(0);
});

it('gives up after the time, and says what it waited for and why', async () => {
  const never = eventually(
    () => {
      throw new Error('3 of 5 are here');
    },
    { timeoutMs: 30, intervalMs: 5, describe: 'all five are here' },
  );
  await expect(never).rejects.toThrow('not within 30 ms: all five are here (3 of 5 are here)');
});
