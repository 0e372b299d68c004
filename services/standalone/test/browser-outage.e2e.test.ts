import { eventually } from '@parley/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './support/browser.js';
import { ChatPage } from './support/chat-page.js';
import { startProduct, type Product } from './support/product.js';

/** Client back-off (at most 30 s) plus the start of the server. */
const BACK_MS = 45_000;

describe('the web client while the server is away', () => {
  let product: Product;
  let browser: Browser;
  let alice: ChatPage;
  let bob: ChatPage;

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0' } });
    browser = await launchBrowser();
    alice = await ChatPage.register(browser, product.url, 'Alice');
    bob = await ChatPage.register(browser, product.url, 'Bob');
    for (const chat of [alice, bob]) await chat.open('general');
  });
  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  });

  const settled = (chat: ChatPage) =>
    eventually(async () => (await chat.pending()).length === 0, { timeoutMs: BACK_MS, describe: 'nothing is on its way any more' });

  it('keeps messages that are written meanwhile and sends each once, in order', async () => {
    await alice.send('before');
    await bob.sees('before');
    await product.kill({ withDatabase: true });
    await alice.page.getByText(/Connecting|Trying again/).waitFor();
    for (const text of ['one', 'two', 'three']) await alice.send(text);
    expect(await alice.texts()).toEqual(['before', 'one', 'two', 'three']);
    expect(await alice.pending()).toEqual(['one', 'two', 'three']);
    await product.start();
    await alice.page
      .getByRole('button', { name: 'Try now' })
      .click({ timeout: 2_000 })
      .catch(() => undefined);
    await settled(alice);
    await eventually(async () => expect(await bob.texts()).toEqual(['before', 'one', 'two', 'three']), { timeoutMs: BACK_MS });
    expect(await alice.texts()).toEqual(['before', 'one', 'two', 'three']);
    await alice.page.getByText('Back online.').waitFor({ state: 'hidden' });
  });

  it('still has them after a reload, and sends them then', async () => {
    await alice.page.context().setOffline(true);
    await product.kill();
    await alice.page.getByText(/This device is offline/).waitFor();
    await alice.send('written offline');
    await eventually(async () => (await alice.pending()).includes('written offline'), { describe: 'the message is on screen' });
    const path = alice.path;
    await product.start();
    await alice.page.context().setOffline(false);
    // A new page takes over what the old one left, whether or not that had the time to send it.
    const reloaded = await alice.newTab(path);
    await alice.page.close();
    await reloaded.sees('written offline');
    await settled(reloaded);
    await eventually(async () => expect((await bob.texts()).filter((text) => text === 'written offline')).toHaveLength(1), {
      timeoutMs: BACK_MS,
    });
  });
});
