import { eventually } from '@parley/testing';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './support/browser.js';
import { ChatPage, PHONE } from './support/chat-page.js';
import { startProduct, type Product } from './support/product.js';
import { textFile } from './support/sample-files.js';

const KEYBOARD_PX = 336;

/** What a page is told by Safari on iOS, where the keyboard lies over the page and makes nothing smaller. */
const withKeyboardOverThePage = (context: BrowserContext) =>
  context.addInitScript(() => {
    const seen = Object.assign(new EventTarget(), { height: innerHeight, offsetTop: 0, scale: 1 });
    Object.defineProperty(window, 'visualViewport', { value: seen });
  });

describe('the web client on every device', () => {
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0' } });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  });

  it('keeps composer, newest message and dialogs above a keyboard that lies over the page', async () => {
    const phone = await ChatPage.register(browser, product.url, 'Iris', PHONE, withKeyboardOverThePage);
    const { page } = phone;
    await phone.open('general');
    for (let line = 1; line <= 12; line += 1) await phone.send(`line ${line}`);
    await phone.sees('line 12');
    const keyboard = (coveredPx: number, offsetTop = 0) =>
      page.evaluate(
        ([covered, top]) => {
          const seen = window.visualViewport!;
          Object.assign(seen, { height: innerHeight - covered!, offsetTop: top });
          seen.dispatchEvent(new Event('resize'));
        },
        [coveredPx, offsetTop],
      );
    const bottomOf = async (locator: ReturnType<typeof page.locator>) => {
      const { y, height } = (await locator.boundingBox())!;
      return y + height;
    };
    const newest = phone.log.locator('.message-text').last();
    const height = page.viewportSize()!.height;

    await keyboard(KEYBOARD_PX);
    await eventually(async () => (await bottomOf(phone.composer)) <= height - KEYBOARD_PX);
    await eventually(async () => (await bottomOf(newest)) <= (await phone.composer.boundingBox())!.y);
    // Safari moves the page up beneath the keyboard: the head of the room stays in sight all the same.
    await keyboard(KEYBOARD_PX, 100);
    await eventually(async () => (await page.locator('.room-header').boundingBox())!.y >= 100);
    expect(await bottomOf(phone.composer)).toBeLessThanOrEqual(height - KEYBOARD_PX + 100);
    await keyboard(0);
    await eventually(async () => (await bottomOf(phone.composer)) > height - 100);

    await page.getByRole('button', { name: 'Emoji', exact: true }).click();
    await keyboard(KEYBOARD_PX);
    await eventually(async () => (await bottomOf(page.getByRole('dialog'))) <= height - KEYBOARD_PX);
    expect(phone.complaints).toEqual([]);
    await phone.close();
  });

  it('shows what is picked in one tab in all tabs, and uploads it once', async () => {
    const ada = await ChatPage.register(browser, product.url, 'Ada');
    await ada.open('general');
    const tab = await ada.newTab(ada.path);
    await tab.composer.waitFor();
    const uploads: string[] = [];
    for (const { page } of [ada, tab])
      page.on('request', (request) => {
        if (request.method() === 'POST' && request.url().endsWith('/api/media')) uploads.push(request.url());
      });
    await ada.attach(textFile('plan.txt', 'first this, then that'));
    await tab.drafts.getByRole('listitem').filter({ hasText: 'plan.txt' }).and(tab.page.locator('[data-state=ready]')).waitFor();
    await tab.page.getByRole('button', { name: 'Send', exact: true }).click();
    await ada.log.getByRole('link', { name: 'plan.txt' }).waitFor();
    await ada.drafts.waitFor({ state: 'hidden' });
    expect([uploads.length, ada.complaints, tab.complaints]).toEqual([1, [], []]);
    await ada.close();
  });
});
