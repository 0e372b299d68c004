import { ERRORS, type ParleyError, type Problem } from '@parley/contracts';
import type { ServerResponse } from 'node:http';

/** Answers with the problem document (RFC 9457) of an error. */
export function writeProblem(response: ServerResponse, error: ParleyError): void {
  const problem: Problem = {
    type: `urn:parley:error:${error.code}`,
    title: ERRORS[error.code].message,
    status: error.status,
    code: error.code,
    detail: error.message,
    requestId: String(response.getHeader('X-Request-Id') ?? ''),
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  };
  const body = JSON.stringify(problem);
  // What the failed handler prepared describes another body.
  const others = [
    'Content-Encoding',
    'Content-Disposition',
    'ETag',
    'Last-Modified',
    ...(error.code === 'RANGE_NOT_SATISFIABLE' ? [] : ['Content-Range']),
  ];
  for (const header of others) response.removeHeader(header);
  if (error.retryAfterMs !== undefined) response.setHeader('Retry-After', Math.ceil(error.retryAfterMs / 1000));
  response.writeHead(error.status, {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
