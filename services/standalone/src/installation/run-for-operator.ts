export interface OperatorRun {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where relative paths begin. */
  readonly cwd: string;
  readonly print: (line: string) => void;
  /** Stops between two batches; the next run goes on. */
  readonly signal: AbortSignal;
}

/** A command from beginning to end: signals, and what an operator has to put right as one line. */
export async function runForOperator(name: string, run: (what: OperatorRun) => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stopping.abort(new Error('stopped; run it again to go on')));
  try {
    await run({
      args: process.argv.slice(2),
      env: process.env,
      cwd: process.env['INIT_CWD'] ?? process.cwd(), // npm starts us in the root of the repository
      print: (line) => process.stdout.write(`${line}\n`),
      signal: stopping.signal,
    });
  } catch (error) {
    const isForOperator = error instanceof Error && (stopping.signal.aborted || ('isForOperator' in error && error.isForOperator === true));
    process.stderr.write(`${name}: ${isForOperator ? error.message : String((error as Error).stack ?? error)}\n`);
    process.exitCode = 1;
  }
}
