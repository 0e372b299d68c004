import { Injectable } from '@nestjs/common';

/** Time to stop beyond what is ordinary. Parts that say a long goodbye ask for it when they are made. */
@Injectable()
export class StopAllowance {
  #ms = 0;

  get ms(): number {
    return this.#ms;
  }

  /** The longest wish counts: parts say goodbye side by side. */
  ask(ms: number): void {
    this.#ms = Math.max(this.#ms, ms);
  }
}
