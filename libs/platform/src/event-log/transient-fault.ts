import { ParleyError } from '@parley/contracts';

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_SOCKET_CLOSED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Postgres: connection (08), rollback by serialisation or deadlock (40001, 40P01), resources (53), operator and
 * shutdown (57, with statement timeouts), lock and idle timeouts (55P03, 25P03, 25P04).
 */
const SQLSTATE = /^(08...|40001|40P01|53...|57...|55P03|25P0[34])$/;

/** What `pg`, its pool and TypeORM say in words only when the server or the pool has gone. */
const WORDS =
  /connection terminated|connection error|not queryable|timeout exceeded when trying to connect|cannot use a pool after|connection is not established|query read timeout/i;

/** Whether the same work may succeed when it is merely repeated: nothing about the work itself is wrong. */
export function isTransientFault(error: unknown): boolean {
  for (let fault = error, depth = 0; fault instanceof Error && depth < 8; fault = fault.cause, depth++) {
    if (fault instanceof ParleyError) {
      if (fault.isRetryable) return true;
      continue;
    }
    const code = (fault as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && (NETWORK.has(code) || SQLSTATE.test(code))) return true;
    if (fault.name === 'TimeoutError' || WORDS.test(fault.message)) return true;
    if (fault instanceof AggregateError && fault.errors.some(isTransientFault)) return true;
  }
  return false;
}
