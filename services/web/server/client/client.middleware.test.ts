import { Controller, Get, Module } from '@nestjs/common';
import { bootstrap, listenConfig, loadConfig, serverConfig, type RunningApp } from '@parley/runtime';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientModule } from './client.module.js';

@Controller('api/hello')
class HelloController {
  @Get()
  hello() {
    return { hello: true };
  }
}

const SCRIPT = 'console.log("parley");'.repeat(50);
const SESSION = { cookie: 'other=1; parley_session=abc' };
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

async function start(folder: string): Promise<RunningApp> {
  // The web module comes first: it must leave the routes of later modules alone.
  @Module({ imports: [ClientModule.from(folder)], controllers: [HelloController] })
  class TestModule {}
  return bootstrap({
    module: TestModule,
    config: loadConfig([serverConfig, listenConfig], { PORT: '0', HOST: '127.0.0.1', PARLEY_LOG_LEVEL: 'silent' }),
  });
}

describe('ClientMiddleware', () => {
  let folder: string;
  let app: RunningApp;
  const get = (target: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`http://127.0.0.1:${app.port}${target}`, { method, headers, redirect: 'manual' });

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'parley-client-'));
    mkdirSync(path.join(folder, 'assets'));
    writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Parley</title><noscript>Scripts!</noscript>');
    writeFileSync(path.join(folder, 'service-worker.js'), SCRIPT);
    writeFileSync(path.join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(path.join(folder, 'assets/app-abc123.js'), SCRIPT);
    writeFileSync(path.join(folder, 'assets/app-abc123.js.br'), brotliCompressSync(SCRIPT));
    writeFileSync(path.join(path.dirname(folder), `${path.basename(folder)}.js`), 'secret');
    app = await start(folder);
  });

  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
    rmSync(`${folder}.js`);
  });

  it('lets the service worker fetch from its own server, and asks for it anew each time', async () => {
    const { headers } = await get('/service-worker.js');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; connect-src 'self';/);
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['/login', '/register'])('serves the page at %s to everyone', async (target) => {
    const response = await get(target);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<title>Parley</title>');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['/chat', '/chat/0192-room', '/chat/0192-room/17', '/ChatPage'])('serves the page at %s with a session', async (target) => {
    const response = await get(target, SESSION);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it.each([
    ['/', {}, '/login'],
    ['/', SESSION, '/chat'],
    ['/', { cookie: '__Host-parley_session=abc' }, '/chat'],
    ['/', { cookie: 'parley_session=' }, '/login'],
    ['/chat', {}, '/login'],
    ['/ChatPage', {}, '/login'],
    ['/chat/abc', {}, '/login?next=%2Fchat%2Fabc'],
    ['/chat/abc/17', {}, '/login?next=%2Fchat%2Fabc%2F17'],
    ['/invite/Abc', {}, '/login?next=%2Finvite%2FAbc'],
  ])('sends %s with %j to %s', async (target, headers, location) => {
    const response = await get(target, headers as Record<string, string>);
    expect([response.status, response.headers.get('location')]).toEqual([302, location]);
  });

  it('has a form for those without JavaScript, and tells them what was wrong, in our own words', async () => {
    const login = await (await get('/login')).text();
    expect(login).toMatch(/<noscript>.*<form method="post" action="\/login">.*name="username".*name="password".*<\/noscript>/s);
    expect(await (await get('/register')).text()).toContain('<form method="post" action="/register">');
    expect(await (await get('/login?error=INVALID_CREDENTIALS')).text()).toContain('User name or password is wrong.');
    for (const nonsense of ['<script>', 'constructor', 'NOPE', '']) {
      const page = await get(`/login?error=${encodeURIComponent(nonsense)}`);
      expect(await page.text()).toBe(login);
    }
    expect(await (await get('/chat', SESSION)).text()).toContain('Scripts!');
  });

  it('lets a page run its own files only and talk to its own host only', async () => {
    const { headers } = await get('/login');
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain(`default-src 'none'; script-src 'self'; style-src 'self';`);
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${app.port} wss://127.0.0.1:${app.port};`);
    expect(policy).toContain(`frame-ancestors 'none'`);
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('permissions-policy')).toContain('camera=()');
  });

  it('keeps hashed files for ever, compressed as the browser likes', async () => {
    const response = await get('/assets/app-abc123.js', { 'accept-encoding': 'gzip, br' });
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('vary')).toContain('Accept-Encoding');
    expect(await response.text()).toBe(SCRIPT);
    const plain = await get('/assets/app-abc123.js', { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(SCRIPT);
  });

  it('answers 304 to who has the page, and HEAD without a body', async () => {
    const etag = (await get('/login')).headers.get('etag')!;
    expect((await get('/login', { 'if-none-match': etag })).status).toBe(304);
    const head = await get('/favicon.svg', {}, 'HEAD');
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'image/svg+xml', '']);
  });

  it.each(['/nothing', '/index.html', '/assets/app-abc123.js.br', '/assets/none.js', '/%2e%2e/x', '/chat/a/b/c'])(
    'answers browsers at %s with a page that says 404',
    async (target) => {
      const response = await get(target, BROWSER);
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(await response.text()).toContain('There is nothing here');
    },
  );

  it('never leaves its folder', async () => {
    const name = path.basename(folder);
    for (const target of [`/../${name}.js`, `/..%2f${name}.js`, `/assets/..%2f..%2f${name}.js`, `/assets/%2e%2e/%2e%2e/${name}.js`])
      expect((await get(target)).status).toBe(404);
  });

  it('leaves the API and its errors to others', async () => {
    expect(await (await get('/api/hello', BROWSER)).json()).toEqual({ hello: true });
    for (const target of ['/api/nothing', '/.well-known/nothing']) {
      const response = await get(target, BROWSER);
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    }
    for (const target of ['/logout', '/chat_history', '/get_messages/x', '/chats', '/uploads/x'])
      expect((await get(target, BROWSER)).headers.get('content-type')).toBe('application/problem+json');
    expect((await get('/nothing', { accept: 'application/json' })).headers.get('content-type')).toContain('application/problem+json');
    expect((await get('/login', BROWSER, 'POST')).headers.get('content-type')).toContain('application/problem+json');
  });

  it('says what to do when the client is not built', async () => {
    const empty = mkdtempSync(path.join(tmpdir(), 'parley-client-'));
    const unbuilt = await start(empty);
    const response = await fetch(`http://127.0.0.1:${unbuilt.port}/login`);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
    await unbuilt.close();
    rmSync(empty, { recursive: true });
  });
});
