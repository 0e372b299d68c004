import type { IncomingMessage } from 'node:http';

/** The access token of a request: from `Authorization: Bearer` and nowhere else. */
export function bearerTokenOf(request: Pick<IncomingMessage, 'headers'>): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
