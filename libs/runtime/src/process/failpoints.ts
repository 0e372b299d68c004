import { ConfigError } from '../config/config.js';

interface ArmedPoint {
  readonly name: string;
  /** Passages until it fires. */
  remaining: number;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

/** Places where tests let the process die or stand still, to prove that nothing is lost there. */
let armed: readonly ArmedPoint[] = [];

/**
 * Dies here, as by `kill -9`, or stands still until SIGCONT, if a test has armed this point; does nothing otherwise.
 * Names tell the place: `failpoint('after-append-before-ack')`.
 */
export function failpoint(name: string): void {
  for (const point of armed) {
    if (point.name !== name) continue;
    point.remaining -= 1;
    if (point.remaining === 0) process.kill(process.pid, point.signal);
  }
}

/**
 * `after-append-before-ack:3,in-transaction`: dies at the third and the first passage; `in-transaction:5=stop` stands still
 * at the fifth. A point may be armed several times. Refused outside of tests.
 */
export function armFailpoints(specification: string | undefined, nodeEnv: string | undefined): void {
  armed = [];
  if (specification === undefined) return;
  if (nodeEnv !== 'test') throw new ConfigError(['PARLEY_FAILPOINTS: is for tests, it needs NODE_ENV=test']);
  armed = specification.split(',').map((part) => {
    const { name, hit = '1', stop } = /^(?<name>[a-z-]+)(:(?<hit>[1-9][0-9]*))?(?<stop>=stop)?$/.exec(part.trim())?.groups ?? {};
    if (name === undefined)
      throw new ConfigError([`PARLEY_FAILPOINTS: "${part}" is not of the form in-transaction:3 or in-transaction:3=stop`]);
    return { name, remaining: Number(hit), signal: stop === undefined ? 'SIGKILL' : 'SIGSTOP' };
  });
}
