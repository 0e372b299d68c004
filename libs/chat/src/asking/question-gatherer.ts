export interface GathererOptions {
  /** Questions that are put together at the most. */
  readonly most: number;
  /** Least time between two trips (ms): the first of a quiet time goes at once, and those who come meanwhile together. */
  readonly windowMs?: number;
}

interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts the questions of one turn of the event loop together: a crowd that comes back at once asks a few times, not once
 * per person and room. What becomes of a question is what becomes of the one that it was put with.
 */
export class QuestionGatherer<Q, A> {
  private waiting: Waiting<Q, A>[] = [];
  private putAt = -Infinity;

  constructor(
    /** Answers all in the order of the questions. */
    private readonly askAll: (questions: readonly Q[]) => Promise<readonly A[]>,
    private readonly options: GathererOptions,
  ) {}

  ask(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      if (this.waiting.push({ question, resolve, reject }) > 1) return;
      const waitMs = this.putAt + (this.options.windowMs ?? 0) - performance.now();
      if (waitMs > 0) setTimeout(() => this.put(), waitMs);
      else setImmediate(() => this.put());
    });
  }

  private put(): void {
    const waiting = this.waiting;
    const { most } = this.options;
    this.waiting = [];
    this.putAt = performance.now();
    for (let from = 0; from < waiting.length; from += most) void this.putTogether(waiting.slice(from, from + most));
  }

  private async putTogether(waiting: readonly Waiting<Q, A>[]): Promise<void> {
    try {
      const answers = await this.askAll(waiting.map(({ question }) => question));
      if (answers.length !== waiting.length) throw new Error(`${answers.length} answers to ${waiting.length} questions`);
      for (const [index, { resolve }] of waiting.entries()) resolve(answers[index]!);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
