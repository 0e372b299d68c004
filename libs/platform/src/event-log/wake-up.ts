/** Lets one loop sleep until somebody has something for it. A call while it is awake is not lost. */
export class WakeUp {
  #pending = false;
  #resolve: (() => void) | undefined;

  /** The sleeper goes on in a later turn of the event loop, so that many calls in one turn wake it once. */
  readonly notify = (): void => {
    if (this.#pending) return;
    this.#pending = true;
    if (this.#resolve) setImmediate(() => this.#resolve?.());
  };

  async wait(): Promise<void> {
    if (!this.#pending) await new Promise<void>((resolve) => (this.#resolve = resolve));
    this.#resolve = undefined;
    this.#pending = false;
  }
}
