import { Inject, Injectable, Logger, type NestMiddleware } from '@nestjs/common';
import { SECURE_SESSION_COOKIE, SESSION_COOKIE } from '@parley/contracts';
import type { NextFunction, Request, Response } from 'express';
import { AccountPages } from './account-pages.js';
import { answerHtml } from './answer-html.js';
import { ClientFiles, type ClientFile } from './client-files.js';
import { notBuiltPage, notFoundPage } from './plain-pages.js';
import { setFileHeaders, setPageHeaders, setWorkerHeaders } from './page-headers.js';

export const CLIENT_FOLDER = Symbol('folder of the built client');

/** Addresses that the client draws itself, from one and the same page. */
const CLIENT_PAGES = /^\/(?:login|register|chat(?:\/[^/]*){0,2}|ChatPage|invite\/[^/]+|settings(?:\/[a-z-]+)?)$/;
const NEEDS_SESSION = /^\/(?:chat|ChatPage|invite|settings)(?:\/|$)/;
/** Answered by others in the same process or behind the same edge: never a page. */
const NOT_OURS = /^\/(?:api|socket\.io|\.well-known|healthz|readyz|metrics)(?:\/|$)/;
/** Routes of the classic edge, which browsers may ask for as well. */
const CLASSIC = /^\/(?:logout|chat_history|get_messages|chats|send_message|upload|uploads)(?:\/|$)/;
const SERVICE_WORKER = '/service-worker.js';
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * Serves the client: its page for every address that it draws, its files, and a page that says so where there is
 * nothing. A middleware, not a controller: what it does not serve goes on to the routes of whoever shares the process.
 */
@Injectable()
export class ClientMiddleware implements NestMiddleware {
  private readonly files: ClientFiles | undefined;
  private readonly accountPages: AccountPages | undefined;

  constructor(@Inject(CLIENT_FOLDER) folder: string) {
    this.files = ClientFiles.read(folder);
    this.accountPages = this.files && new AccountPages(this.files.page);
    if (!this.files) new Logger('Web').warn('the web client is not built: run `npm run build`');
  }

  use(request: Request, response: Response, next: NextFunction): void {
    const path = pathOf(request);
    if ((request.method !== 'GET' && request.method !== 'HEAD') || NOT_OURS.test(path) || CLASSIC.test(path)) return next();
    if (path === '/') return redirect(response, hasSessionCookie(request) ? '/chat' : '/login');
    if (CLIENT_PAGES.test(path)) return this.page(path, request, response);
    const file = path.endsWith('.html') ? undefined : this.files?.find(path);
    if (file && path === SERVICE_WORKER) setWorkerHeaders(response);
    if (file) return this.file(file, request, response);
    if (request.accepts(['json', 'html']) !== 'html') return next();
    setPageHeaders(request, response);
    answerHtml(response, 404, notFoundPage);
  }

  private page(path: string, request: Request, response: Response): void {
    // Only the presence counts here: whether the session lives the client finds out by using it.
    if (NEEDS_SESSION.test(path) && !hasSessionCookie(request)) {
      const target = /^\/(?:chat|invite)\//.test(path) ? `?next=${encodeURIComponent(path)}` : '';
      return redirect(response, `/login${target}`);
    }
    setPageHeaders(request, response);
    if (!this.files) return answerHtml(response, 503, notBuiltPage);
    const { error } = request.query;
    const refused = typeof error === 'string' ? this.accountPages?.findRefused(path, error) : undefined;
    if (refused !== undefined) return answerHtml(response, 200, refused);
    this.file(this.accountPages?.find(path) ?? this.files.page, request, response);
  }

  private file(file: ClientFile, request: Request, response: Response): void {
    setFileHeaders(response);
    response.setHeader('Cache-Control', file.isImmutable ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
    response.setHeader('ETag', file.etag);
    response.vary('Accept-Encoding');
    if (request.headers['if-none-match'] === file.etag) {
      response.status(304).end();
      return;
    }
    // Asked one by one: browsers name gzip first, and brotli is smaller.
    const encoding = (['br', 'gzip'] as const).find((name) => file.encoded.has(name) && request.acceptsEncodings(name));
    if (encoding) response.setHeader('Content-Encoding', encoding);
    const body = (encoding && file.encoded.get(encoding)) ?? file.body;
    response.setHeader('Content-Type', file.type);
    response.setHeader('Content-Length', body.length);
    response.end(request.method === 'HEAD' ? undefined : body);
  }
}

/** As it was sent: `request.path` has lost what the middleware is mounted on. */
const pathOf = (request: Request): string => request.originalUrl.split('?', 1)[0] ?? '/';

function hasSessionCookie(request: Request): boolean {
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.some((cookie) =>
    [SESSION_COOKIE, SECURE_SESSION_COOKIE].some((name) => cookie.startsWith(`${name}=`) && cookie.length > name.length + 1),
  );
}

function redirect(response: Response, target: string): void {
  response.setHeader('Cache-Control', 'no-store');
  response.vary('Cookie');
  response.redirect(302, target);
}
