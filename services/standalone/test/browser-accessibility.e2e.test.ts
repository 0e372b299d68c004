import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './support/browser.js';
import { ChatPage, DESKTOP, PHONE } from './support/chat-page.js';
import { startProduct, type Product } from './support/product.js';
import { pngFile, textFile, wavFile } from './support/sample-files.js';

const THEMES = ['light', 'dark'] as const;
const SIZES = { desktop: DESKTOP, phone: PHONE };

describe('the web client for everyone', () => {
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

  const faults = async (page: Page) => {
    // The page forbids scripts from elsewhere; axe comes in through the debugger, in one frame.
    const axe = new AxeBuilder({ page }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']);
    const { violations } = await axe.analyze();
    return violations.map(({ id, impact, nodes }) => `${id} (${impact}) ${nodes.map((node) => node.html).join(' ')}`);
  };

  for (const theme of THEMES)
    for (const [size, options] of Object.entries(SIZES))
      it(`has no violations on any screen, ${theme}, ${size}`, async () => {
        const settings = { ...options, colorScheme: theme };
        const guest = await browser.newContext(settings);
        const page = await guest.newPage();
        await page.goto(`${product.url}/login`);
        await page.getByRole('button', { name: 'Log in' }).waitFor();
        expect(await faults(page), 'login').toEqual([]);
        await page.getByRole('link', { name: 'Create an account' }).click();
        expect(await faults(page), 'register').toEqual([]);
        await page.goto(`${product.url}/nothing`);
        expect(await faults(page), 'not found').toEqual([]);
        await guest.close();

        const chat = await ChatPage.register(browser, product.url, `Person of ${theme} ${size}`, settings);
        await chat.conversation('general').waitFor();
        expect(await faults(chat.page), 'list').toEqual([]);
        await chat.open('general');
        await chat.send('Look at https://example.org');
        await chat.sees('Look at https://example.org');
        expect(await faults(chat.page), 'room').toEqual([]);
        await chat.attach(pngFile('picture.png', 640, 480), wavFile('tone.wav'), textFile('notes.txt', 'Some notes.'));
        expect(await faults(chat.page), 'files to send').toEqual([]);
        await chat.send('with files');
        const picture = chat.log.getByRole('button', { name: 'picture.png' }).last();
        await picture.waitFor();
        expect(await faults(chat.page), 'files in a message').toEqual([]);
        await picture.click();
        await chat.page.getByRole('dialog', { name: 'Picture: picture.png' }).waitFor();
        expect(await faults(chat.page), 'large picture').toEqual([]);
        await chat.page.keyboard.press('Escape');
        await chat.page.getByRole('button', { name: 'Emoji' }).click();
        await chat.page.getByRole('gridcell').first().waitFor();
        expect(await faults(chat.page), 'emoji').toEqual([]);
        await chat.page.keyboard.press('Escape');
        if (size === 'phone') await chat.page.getByRole('link', { name: 'Back to the conversations' }).click();
        for (const dialog of ['People', 'Rooms', 'New room']) {
          await chat.page.getByRole('button', { name: dialog, exact: true }).click();
          await chat.page.getByRole('dialog', { name: dialog }).waitFor();
          expect(await faults(chat.page), dialog).toEqual([]);
          await chat.page.keyboard.press('Escape');
        }
        // The policy was never broken on the way, and no other server asked.
        expect(chat.complaints).toEqual([]);
        await chat.close();
      });

  it('can be used with the keyboard alone', async () => {
    const chat = await ChatPage.register(browser, product.url, 'Keys');
    const { page } = chat;
    await page.getByRole('heading', { level: 1, name: 'general' }).waitFor();
    await chat.composer.waitFor();
    await page.keyboard.type('Typed without a mouse');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('in two lines');
    await page.keyboard.press('Enter');
    await chat.sees('Typed without a mouse\nin two lines');

    const focusOn = async (name: string, key = 'Tab') => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press(key);
        if (
          await page.evaluate(
            (wanted) => (document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)?.trim() === wanted,
            name,
          )
        )
          return;
      }
      throw new Error(`${name} cannot be reached`);
    };
    await focusOn('New room', 'Shift+Tab');
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(ring).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'New room' }).waitFor();
    await page.keyboard.type('Keyboards');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('New room');
    await chat.close();
  });
});
