import { Logger } from '@nestjs/common';
import type { RunningApp } from './running-app.js';
import { StopAllowance } from './stop-allowance.js';

/** From the wish to stop to the end, whatever still hangs; who kills processes waits for longer. */
export const HARD_STOP_MS = 25_000;

export interface RunProcessOptions {
  /** Default: `HARD_STOP_MS`. What a part has asked for comes on top (`StopAllowance`). */
  readonly hardStopMs?: number;
}

/**
 * The main program of a process: starts it, stops it on SIGTERM and SIGINT, and turns what the operator has to put
 * right (wrong variables, taken port, unusable folder) into one clear message. Exit code 0 after an orderly stop,
 * else 1. `start` is told by its signal when nobody wants it any more; if it then rejects with the signal's reason, that is
 * an orderly stop too.
 */
export async function runProcess(
  start: (signal: AbortSignal) => Promise<RunningApp>,
  { hardStopMs = HARD_STOP_MS }: RunProcessOptions = {},
): Promise<void> {
  const logger = new Logger('Process');
  let exitCode: number | undefined;
  let stopMs = hardStopMs;
  const stopping = new AbortController();
  const starting = (async () => start(stopping.signal))(); // also what is thrown at once is explained below

  const stop = (code: number): void => {
    if (exitCode !== undefined) {
      exitCode = Math.max(exitCode, code);
      return;
    }
    exitCode = code;
    stopping.abort();
    setTimeout(() => {
      logger.fatal(`still not stopped after ${stopMs / 1000} s: giving up`);
      process.exit(1);
    }, stopMs).unref();
    starting
      .then((app) => app.close())
      .catch((error: unknown) => {
        if (error === stopping.signal.reason) return; // the start was given up, as it was asked to
        logger.error('stopping failed', error);
        exitCode = 1;
      })
      .finally(() => process.exit(exitCode));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(0));
  process.on('uncaughtException', (error, origin) => {
    logger.fatal(`${origin}: this is a fault in Parley; it stops, to be started again`, error);
    stop(1);
  });

  try {
    stopMs += (await starting).get(StopAllowance).ms;
  } catch (error) {
    if (exitCode !== undefined) return; // asked to stop while starting: that ends the process
    explain(error);
    process.exit(1);
  }
}

function explain(error: unknown): void {
  if (isForOperator(error)) process.stderr.write(`Parley cannot start: ${error.message}\n`);
  else new Logger('Process').fatal('the start failed', error);
}

/** Errors whose message says all; other packages mark theirs the same way. */
function isForOperator(error: unknown): error is Error {
  return error instanceof Error && 'isForOperator' in error && error.isForOperator === true;
}
