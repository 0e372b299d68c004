/** Who sends where: the account's token for its connection, the room that both people of the pair have. */
export interface Pair {
  readonly roomId: string;
  readonly senderToken: string;
  readonly listenerToken: string;
}

/** Something that takes messages, running with an empty database. */
export interface Target extends AsyncDisposable {
  readonly url: string;
  /** Root of its processes; all of them are counted. */
  readonly pid: number;
  /** Rooms with two members each. */
  pairs(count: number): Promise<Pair[]>;
  /** Messages in these rooms' storage. */
  countStored(pairs: readonly Pair[]): Promise<number>;
}

export interface TargetKind {
  readonly name: string;
  /** What it does for a message, for the reader of the results. */
  readonly description: string;
  start(): Promise<Target>;
}
