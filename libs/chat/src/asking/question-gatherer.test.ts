import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { QuestionGatherer, type GathererOptions } from './question-gatherer.js';

describe('QuestionGatherer', () => {
  const doubling = (options: GathererOptions = { most: 100 }) => {
    const asked: (readonly number[])[] = [];
    const gatherer = new QuestionGatherer<number, number>(async (questions) => {
      asked.push(questions);
      if (questions.includes(13)) throw new Error('unlucky');
      return questions.map((question) => question * 2);
    }, options);
    return { asked, gatherer };
  };

  it('puts the questions of one turn as one, and gives each its answer', async () => {
    const { asked, gatherer } = doubling();
    const later = Promise.resolve().then(() => gatherer.ask(3));
    expect(await Promise.all([gatherer.ask(1), gatherer.ask(2), later])).toEqual([2, 4, 6]);
    expect(asked).toEqual([[1, 2, 3]]);
    expect(await gatherer.ask(4)).toBe(8);
    expect(asked).toHaveLength(2);
  });

  it('goes at once after a quiet time, and then once in a window', async () => {
    const { asked, gatherer } = doubling({ most: 100, windowMs: 30 });
    expect(await gatherer.ask(1)).toBe(2);
    const second = gatherer.ask(2);
    await nextTurn();
    expect(await Promise.all([second, gatherer.ask(3)])).toEqual([4, 6]);
    expect(asked).toEqual([[1], [2, 3]]);
  });

  it('puts no more than so many together', async () => {
    const { asked, gatherer } = doubling({ most: 2 });
    expect(await Promise.all([1, 2, 3, 4, 5].map((n) => gatherer.ask(n)))).toEqual([2, 4, 6, 8, 10]);
    expect(asked).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('fails those that were put together, and nobody else', async () => {
    const { gatherer } = doubling({ most: 2 });
    const results = await Promise.allSettled([13, 1, 2].map((n) => gatherer.ask(n)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(await gatherer.ask(1)).toBe(2);
  });

  it('takes a wrong number of answers for a failure', async () => {
    const gatherer = new QuestionGatherer<number, number>(async () => [], { most: 10 });
    await expect(gatherer.ask(1)).rejects.toThrow('0 answers to 1 questions');
  });
});
