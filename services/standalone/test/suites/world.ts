/** An installation that a suite may use as it likes. */
export interface World extends AsyncDisposable {
  readonly url: string;
  /** All of it, as an orchestrator does; rejects unless everything ends well. */
  stop(): Promise<unknown>;
  /** Again, where it was. */
  start(): Promise<unknown>;
}
