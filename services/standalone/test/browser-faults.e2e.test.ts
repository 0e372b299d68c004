import { HttpSession, TcpProxy, eventually, uniqueUsername, TEST_PASSWORD } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowserProduct } from './support/browser-product.js';
import { ChatPage } from './support/chat-page.js';

/** `FAULT_SECONDS=60` for as long as the promise says; the share of what fails is the same. */
const FAULT_MS = Number(process.env['FAULT_SECONDS'] ?? 20) * 1_000;
const SHARE = 0.3;
const ROUND_MS = 500;
/** The longest back-off, and the way there. */
const BACK_MS = 45_000;
/** High enough for the whole conversation to be in the page. */
const TALL = { viewport: { width: 900, height: 8_000 } };

describe('the web client on a bad network', { timeout: 2 * FAULT_MS + 3 * BACK_MS }, () => {
  let proxy: TcpProxy;

  beforeAll(async () => {
    proxy = await TcpProxy.start({ targetPort: 1 });
  });
  afterAll(() => proxy?.[Symbol.asyncDispose]());
  const web = useBrowserProduct({ env: () => ({ PARLEY_PUBLIC_URL: `http://${proxy.address}` }) });
  beforeAll(() => {
    proxy.targetPort = Number(new URL(web.url).port);
  });

  it('loses nothing, doubles nothing and keeps the order, in both pages as in storage', async () => {
    const writers = await Promise.all(
      ['Alice', 'Bob'].map((name) => ChatPage.register(web.browser, `http://${proxy.address}`, name, TALL)),
    );
    for (const writer of writers) await writer.open('general');
    const written = new Map<string, string[]>(writers.map(({ name }) => [name, []]));
    const until = Date.now() + FAULT_MS;
    let cuts = 0;
    proxy.refusedShare = SHARE;
    for (let round = 1; Date.now() < until; round += 1) {
      cuts += proxy.cut(SHARE);
      await Promise.all([
        delay(ROUND_MS),
        ...writers.map(async (writer) => {
          const text = `${writer.name} ${round}`;
          await writer.send(text);
          written.get(writer.name)!.push(text);
        }),
      ]);
    }
    proxy.refusedShare = 0;
    expect(cuts).toBeGreaterThan(FAULT_MS / 4_000);

    for (const writer of writers)
      await eventually(async () => expect(await writer.pending()).toEqual([]), { timeoutMs: BACK_MS, intervalMs: 250 });
    const reader = new HttpSession(web.url);
    await reader.register({ username: uniqueUsername('reader'), password: TEST_PASSWORD });
    const { conversations } = await reader.call('GET /api/chat/conversations');
    const { messages } = await reader.call('GET /api/chat/rooms/{id}/messages', {
      params: { id: conversations[0]!.room.id },
      query: { limit: '200' },
    });
    const stored = messages.filter(({ kind }) => kind === 'user').map(({ text }) => text);
    for (const [name, texts] of written) expect(stored.filter((text) => text.startsWith(name))).toEqual(texts);
    for (const writer of writers)
      await eventually(async () => expect(await writer.texts()).toEqual(stored), { timeoutMs: BACK_MS, intervalMs: 250 });
  });
});
