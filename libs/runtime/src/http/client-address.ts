import type { IncomingMessage } from 'node:http';

/**
 * The address that a request came from, for limits. Each of the `proxies` in front appends the address it saw to
 * `X-Forwarded-For`; only that many entries, counted from the end, are to be believed.
 */
export function clientAddress(request: IncomingMessage, proxies: number): string {
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const hops = [request.socket.remoteAddress ?? '', ...forwarded.reverse().map((part) => part.trim())].filter(
    (part, index) => index === 0 || part !== '',
  );
  const address = hops[Math.min(proxies, hops.length - 1)] ?? '';
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
