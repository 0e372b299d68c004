import { Injectable } from '@nestjs/common';

/** Looks at the part's own state only: a shared dependency that is away must not take all processes out of service at once. */
export type ReadinessCheck = () => boolean | Promise<boolean>;

const CHECK_TIMEOUT_MS = 1_000;

/** Which parts of this process can serve; `/readyz` asks it. Not ready before start is complete, nor from the first moment of shutdown. */
@Injectable()
export class Readiness {
  readonly #checks = new Map<string, ReadinessCheck>();
  readonly #troubles = new Map<string, string | undefined>();
  #phase: 'starting' | 'serving' | 'stopping' = 'starting';

  /** Names are unique and shown to operators: `messages consumer`. */
  register(name: string, check: ReadinessCheck): void {
    if (this.#checks.has(name)) throw new Error(`readiness check "${name}" is registered twice`);
    this.#checks.set(name, check);
  }

  /**
   * What is wrong with something outside of this process, in words that say how to mend it and nothing secret; undefined when
   * it is well again. Operators are told of it. It does not make a process unready that has served: all would be at once.
   */
  noteTrouble(name: string, trouble: string | undefined): void {
    this.#troubles.set(name, trouble);
  }

  get troubles(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#troubles].flatMap(([name, trouble]) => (trouble === undefined ? [] : [[name, trouble]])));
  }

  /** What `noteTrouble` was told of, and whether all is well with it. */
  get dependencies(): readonly { readonly name: string; readonly isWell: boolean }[] {
    return [...this.#troubles].map(([name, trouble]) => ({ name, isWell: trouble === undefined }));
  }

  get isServing(): boolean {
    return this.#phase === 'serving';
  }

  get isStopping(): boolean {
    return this.#phase === 'stopping';
  }

  markServing(): void {
    if (this.#phase === 'starting') this.#phase = 'serving';
  }

  markStopping(): void {
    this.#phase = 'stopping';
  }

  /** Names of the parts that are not ready; a check that throws or takes over a second is not. */
  async listUnready(): Promise<string[]> {
    if (this.#phase !== 'serving') return [this.#phase];
    const results = await Promise.all([...this.#checks].map(async ([name, check]) => ((await passes(check)) ? undefined : name)));
    return results.filter((name) => name !== undefined);
  }
}

async function passes(check: ReadinessCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT_MS, false);
  });
  try {
    return await Promise.race([check(), timeout]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
