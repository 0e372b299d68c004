import type { Request, Response } from 'express';

/** What a `Host` header may look like; anything else is not repeated into a header of ours. */
const PLAIN_HOST = /^[A-Za-z0-9.-]+(:[0-9]{1,5})?$|^\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?$/;

/**
 * A page runs its own scripts and styles from files and nothing else, talks to its own server, and cannot be framed.
 * Browsers differ in whether `'self'` covers WebSockets, so the own host is named too.
 */
function contentSecurityPolicy(host: string | undefined): string {
  const sockets = host !== undefined && PLAIN_HOST.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `img-src 'self' blob: data:`,
    `font-src 'self'`,
    `media-src 'self' blob:`,
    `connect-src 'self'${sockets}`,
    `manifest-src 'self'`,
    `worker-src 'self'`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    `require-trusted-types-for 'script'`,
    // The one script that is started by its address, the service worker; see src/net/service-worker.ts.
    `trusted-types service-worker`,
  ].join('; ');
}

export function setPageHeaders(request: Request, response: Response): void {
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(request.headers.host));
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()');
  setFileHeaders(response);
}

/** A worker has a policy of its own, from the answer that brought it: it fetches from its own server, and runs nothing else. */
export function setWorkerHeaders(response: Response): void {
  response.setHeader(
    'Content-Security-Policy',
    `default-src 'none'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'`,
  );
}

export function setFileHeaders(response: Response): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // Not `no-referrer`: browsers then send `Origin: null` with the page's own forms.
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}
