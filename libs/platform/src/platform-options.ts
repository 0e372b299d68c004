/** How the product runs. Which of them exist is said by `PlatformOptions`. */
export type RunMode = 'embedded' | 'distributed';

/** What the embedded mode needs to be told. */
export interface EmbeddedPlatformOptions {
  readonly mode: Extract<RunMode, 'embedded'>;
  /** A Postgres with the migrated `logSchema`. */
  readonly databaseUrl: string;
  /** Uploads go into a folder of it. */
  readonly dataDir: string;
  /** Multiplies every rate limit; 0 switches them off. */
  readonly limitsFactor: number;
}

export type PlatformOptions = EmbeddedPlatformOptions;
