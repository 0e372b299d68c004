/** Who sends where: the account's token for its connection, the room that both people of the pair have. */
export interface Pair {
  readonly roomId: string;
  readonly senderToken: string;
  readonly listenerToken: string;
}

/** CPU time since the start, in microseconds, of everything that the target consists of: name of the part -> user and system. */
export type CpuByPart = Readonly<Record<string, number>>;

/** Something that takes messages, running with an empty database. */
export interface Target extends AsyncDisposable {
  /** Where sockets connect. The senders all use the first one, the listeners the last one. */
  readonly socketUrls: readonly string[];
  cpu(): CpuByPart;
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
