import type { IncomingMessage } from 'node:http';

const LINGER_MS = 10_000;

/**
 * Takes what a sender still sends, to no use: one whose connection is cut in the middle would never read why. Cuts it after
 * `maxBytes` or 10 s all the same.
 */
export function discardRest(request: IncomingMessage, maxBytes: number): void {
  if (request.complete || request.destroyed) return;
  let size = 0;
  const timer = setTimeout(() => request.destroy(), LINGER_MS).unref();
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) request.destroy();
  });
  request.on('error', () => undefined).once('close', () => clearTimeout(timer));
  request.resume();
}
