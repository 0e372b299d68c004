import { currentSpan } from '@parley/telemetry';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { prettyLines } from './pretty-lines.js';
import { currentRequestId } from './request-context.js';
import { serializeError } from './serialize-error.js';

const SECRETS = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'currentPassword',
  'newPassword',
  'generatedPassword',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
];
const quote = (key: string) => (/^\w+$/.test(key) ? `.${key}` : `["${key}"]`);
const REDACTED = SECRETS.flatMap((key) => [`["${key}"]`, `*${quote(key)}`, `*.*${quote(key)}`]);

/** JSON lines on standard output, readable lines when that is a terminal. Each carries the id of the request it belongs to, and of the trace, by OpenTelemetry's names. */
export function createLogger(level: string, destination: DestinationStream = standardOutput()): PinoLogger {
  return pino(
    {
      level,
      base: null,
      serializers: { err: serializeError },
      redact: { paths: REDACTED, censor: '[hidden]' },
      mixin: () => {
        const requestId = currentRequestId();
        const span = currentSpan();
        return { ...(requestId === undefined ? {} : { requestId }), ...(span ? { trace_id: span.traceId, span_id: span.spanId } : {}) };
      },
    },
    destination,
  );
}

const standardOutput = (): DestinationStream =>
  process.stdout.isTTY ? prettyLines(process.stdout) : pino.destination({ fd: 1, sync: true });
