import { ConfigError } from '../config/config.js';

/** Places where tests let the process die, to prove that nothing is lost there. */
const armed = new Map<string, number>();

/**
 * Dies here, as by `kill -9`, if a test has armed this point; does nothing otherwise. Names tell the place:
 * `failpoint('after-append-before-ack')`.
 */
export function failpoint(name: string): void {
  if (armed.size === 0) return;
  const remaining = armed.get(name);
  if (remaining === undefined) return;
  armed.set(name, remaining - 1);
  if (remaining === 1) process.kill(process.pid, 'SIGKILL');
}

/** `after-append-before-ack:3,in-transaction`: dies at the third and the first passage. Refused outside of tests. */
export function armFailpoints(specification: string | undefined, nodeEnv: string | undefined): void {
  armed.clear();
  if (specification === undefined) return;
  if (nodeEnv !== 'test') throw new ConfigError(['PARLEY_FAILPOINTS: is for tests, it needs NODE_ENV=test']);
  for (const part of specification.split(',')) {
    const { name, hit = '1' } = /^(?<name>[a-z-]+)(:(?<hit>[1-9][0-9]*))?$/.exec(part.trim())?.groups ?? {};
    if (name === undefined) throw new ConfigError([`PARLEY_FAILPOINTS: "${part}" is not of the form in-transaction:3`]);
    armed.set(name, Number(hit));
  }
}
