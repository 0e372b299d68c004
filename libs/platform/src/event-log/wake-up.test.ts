import { expect, it } from 'vitest';
import { WakeUp } from './wake-up.js';

it('does not lose a call that comes while nobody sleeps', async () => {
  const wakeUp = new WakeUp();
  wakeUp.notify();
  wakeUp.notify();
  await wakeUp.wait();
  let isAwake = false;
  const second = wakeUp.wait().then(() => (isAwake = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isAwake).toBe(false);
  wakeUp.notify();
  await second;
});

it('wakes on a later turn, once for many calls', async () => {
  const wakeUp = new WakeUp();
  let turns = 0;
  const sleeper = (async () => {
    for (; turns < 3; turns++) await wakeUp.wait();
  })();
  for (let i = 0; i < 3; i++) {
    const before = turns;
    wakeUp.notify();
    wakeUp.notify();
    await Promise.resolve();
    expect(turns).toBe(before);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(turns).toBe(before + 1);
  }
  await sleeper;
});
