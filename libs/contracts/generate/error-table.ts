import { ERRORS } from '@parley/contracts';

/** The error catalogue as people read it. */
export function errorTable(): string {
  const rows = Object.entries(ERRORS)
    .sort(([, one], [, other]) => one.status - other.status)
    .map(([code, { status, retryable, message }]) => `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${message} |`);
  return [
    '# Errors',
    '',
    'Made by `npm run generate` from `libs/contracts/src/errors/catalogue.ts`.',
    '',
    'Over HTTP an error is a problem document (RFC 9457, `application/problem+json`) with the status below; over Socket.IO it is the',
    '`error` of an acknowledgement. Where *repeat* says yes the same request may succeed later, after `Retry-After` or `retryAfterMs` if',
    'given; `UNCONFIRMED` may have been accepted, so it is repeated with the same `clientMsgId`.',
    '',
    '| code | status | repeat | message |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
