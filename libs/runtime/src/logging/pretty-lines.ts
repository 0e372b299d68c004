import { Writable } from 'node:stream';
import { levels } from 'pino';

interface LogLine {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly context?: string;
  readonly err?: { readonly message: string; readonly stack?: string };
  readonly [field: string]: unknown;
}

/** Turns log records into lines for a person at a terminal. Programs get the JSON as it is. */
export function prettyLines(target: NodeJS.WritableStream): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      target.write(format(JSON.parse(chunk.toString()) as LogLine));
      done();
    },
  });
}

export function format({ level, time, msg = '', context, err, ...rest }: LogLine): string {
  const clock = new Date(time).toTimeString().slice(0, 8);
  const label = (levels.labels[level] ?? String(level)).padEnd(5);
  const fields = Object.entries(rest).map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const trouble = err ? `\n  ${err.stack ?? err.message}` : '';
  return `${clock} ${label} ${context ? `${context}: ` : ''}${msg}${fields.join('')}${trouble}\n`;
}
