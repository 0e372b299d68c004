import { ParleyError } from '@parley/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BatchRunner, type BatchRunnerOptions, type DeadLetter, type RawRecord, RunAbandoned } from './batch-runner.js';

const Numbered = { type: 'test.numbered.v1', schema: z.strictObject({ n: z.number() }) };
type Numbered = z.output<typeof Numbered.schema>;

const raw = (n: number, overrides: Partial<RawRecord> = {}): RawRecord => ({
  topic: 'chat.messages',
  partition: 0,
  offset: BigInt(n),
  type: Numbered.type,
  payload: JSON.stringify({ n }),
  appendedAt: 0,
  ...overrides,
});
const rawAll = (count: number): RawRecord[] => Array.from({ length: count }, (_, n) => raw(n));

const away = (): Error => Object.assign(new Error('away'), { code: 'ECONNREFUSED' });

/** A runner without waits that notes what its handler gets. */
function runnerWith(
  fails: (ns: readonly number[], call: number) => Error | undefined,
  overrides: Partial<BatchRunnerOptions<Numbered>> = {},
) {
  const calls: number[][] = [];
  const done: number[] = [];
  const letters: DeadLetter[] = [];
  const runner = new BatchRunner<Numbered>({
    group: 'group',
    events: [Numbered],
    handle: async (records) => {
      const ns = records.map((record) => record.payload.n);
      calls.push(ns);
      const error = fails(ns, calls.length);
      if (error) throw error;
      done.push(...ns);
    },
    setAside: async (letter) => void letters.push(letter),
    backOff: () => 0,
    ...overrides,
  });
  const controller = new AbortController();
  return { runner, calls, done, letters, controller, run: (records: readonly RawRecord[]) => runner.run(records, controller.signal) };
}

describe('BatchRunner', () => {
  it('hands a good batch over once, as it is', async () => {
    const { run, calls, runner } = runnerWith(() => undefined);
    await run(rawAll(5));
    expect(calls).toEqual([[0, 1, 2, 3, 4]]);
    expect(runner.counters).toEqual({ handled: 5, redelivered: 0, deadLettered: 0 });
  });

  it('does not call the handler when nothing is left of a batch', async () => {
    const { run, calls } = runnerWith(() => undefined);
    await run([]);
    await run([raw(1, { type: 'message.posted.v1' })]);
    expect(calls).toEqual([]);
  });

  it('checks what it does not know to have been checked', async () => {
    const { run, calls, letters } = runnerWith(() => undefined);
    const checked = raw(1, { isChecked: true, payload: '{"n":1,"more":1}' });
    await run([checked, { ...checked, isChecked: false }, raw(2, { isChecked: true, payload: 'no JSON' }), raw(3)]);
    expect(calls).toEqual([[1, 3]]);
    expect(letters).toHaveLength(2);
  });

  it('repeats the same records for as long as the fault is transient', async () => {
    const { run, calls, done, letters, runner } = runnerWith((_, call) => (call < 30 ? away() : undefined));
    await run(rawAll(4));
    expect(calls).toHaveLength(30);
    for (const call of calls) expect(call).toEqual([0, 1, 2, 3]);
    expect([done, letters]).toEqual([[0, 1, 2, 3], []]);
    expect(runner.counters).toEqual({ handled: 4, redelivered: 29 * 4, deadLettered: 0 });
  });

  it('finds a bad record by halves and sets it aside after three tries', async () => {
    const { run, calls, done, letters } = runnerWith((ns) => (ns.includes(5) ? new TypeError('five') : undefined));
    await run(rawAll(8));
    expect(calls).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [4, 5, 6, 7], [4, 5], [4], [5], [5], [5], [6, 7]]);
    expect(done).toEqual([0, 1, 2, 3, 4, 6, 7]);
    expect(letters).toEqual([{ record: raw(5), group: 'group', error: 'TypeError: five' }]);
  });

  it('does not count transient faults as tries', async () => {
    let calls = 0;
    const { run, done, letters } = runnerWith(() =>
      ++calls <= 2 || calls === 8 ? new TypeError('flaky') : calls < 8 ? away() : undefined,
    );
    await run([raw(0)]);
    expect(letters).toHaveLength(1);
    expect(done).toEqual([]);
  });

  it('sets aside what cannot be decoded before it handles the rest', async () => {
    const { run, calls, letters } = runnerWith(() => undefined);
    await run([raw(0), raw(1, { payload: '{' }), raw(2, { payload: '{"n":"2"}' }), raw(3, { type: 'test.numbered.v2' }), raw(4)]);
    expect(calls).toEqual([[0, 4]]);
    expect(letters.map((letter) => letter.record.offset)).toEqual([1n, 2n, 3n]);
    for (const { error } of letters) expect(error).toMatch(/cannot be decoded|unknown type/);
  });

  it('goes on setting a record aside until that is durable', async () => {
    let tries = 0;
    const { run, calls } = runnerWith(() => undefined, {
      setAside: async () => {
        if (++tries < 4) throw new Error('no room');
      },
    });
    await run([raw(0, { payload: '' }), raw(1)]);
    expect(tries).toBe(4);
    expect(calls).toEqual([[1]]);
  });

  it('ends the repetitions when it is told to, and says that the batch is not done', async () => {
    const { run, calls, controller } = runnerWith((_, call) => {
      if (call === 3) controller.abort();
      return away();
    });
    await expect(run(rawAll(2))).rejects.toThrow(RunAbandoned);
    expect(calls).toHaveLength(3);
  });

  it('wakes from a long pause when it is told to', async () => {
    const { run, controller } = runnerWith(() => away(), { backOff: () => 60_000 });
    const running = expect(run(rawAll(1))).rejects.toThrow(RunAbandoned);
    setImmediate(() => controller.abort());
    await running;
  });

  it('waits for a call that is under way and takes its success', async () => {
    const { run, done, controller } = runnerWith(() => {
      controller.abort();
      return undefined;
    });
    await run(rawAll(3));
    expect(done).toEqual([0, 1, 2]);
  });

  it('reports every fault', async () => {
    const faults: unknown[] = [];
    const { run } = runnerWith((_, call) => (call === 1 ? new ParleyError('UNAVAILABLE') : undefined), {
      onFault: (error, failures) => faults.push([(error as Error).message, failures]),
    });
    await run(rawAll(1));
    expect(faults).toEqual([['The server cannot answer at the moment. Try again.', 1]]);
  });

  it('handles all good records in order and sets aside exactly the bad ones, whatever fails between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 6 }),
        fc.array(fc.boolean(), { maxLength: 100 }),
        async (count, bad, isAway) => {
          const { run, done, letters } = runnerWith((ns, call) =>
            isAway[call] ? away() : ns.some((n) => bad.includes(n)) ? new Error('bad') : undefined,
          );
          await run(rawAll(count));
          expect(done).toEqual(
            rawAll(count)
              .map((_, n) => n)
              .filter((n) => !bad.includes(n)),
          );
          expect(letters.map((letter) => Number(letter.record.offset))).toEqual(bad.filter((n) => n < count).sort((a, b) => a - b));
        },
      ),
      { numRuns: 200 },
    );
  });
});
