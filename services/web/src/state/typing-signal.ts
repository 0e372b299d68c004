/** The server forgets who says nothing for 6 s. */
const REPEAT_MS = 3_000;
const IDLE_MS = 5_000;

/** Tells the room that this person is writing: at most every 3 s while keys are pressed, and when it is over. */
export class TypingSignal {
  private lastOnMs: number | undefined;
  private idle: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly send: (on: boolean) => void) {}

  /** The text changed. */
  changed(text: string): void {
    if (text.trim() === '') return this.stop();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.stop(), IDLE_MS);
    if (this.lastOnMs !== undefined && Date.now() - this.lastOnMs < REPEAT_MS) return;
    this.lastOnMs = Date.now();
    this.send(true);
  }

  /** The message left by itself: its arrival tells the others, `off` is not sent. */
  sent(): void {
    clearTimeout(this.idle);
    this.lastOnMs = undefined;
  }

  stop(): void {
    clearTimeout(this.idle);
    if (this.lastOnMs === undefined) return;
    this.lastOnMs = undefined;
    this.send(false);
  }
}
