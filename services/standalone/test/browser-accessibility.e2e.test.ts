import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './support/browser.js';
import { ChatPage, DESKTOP, PHONE } from './support/chat-page.js';
import { startProduct, type Product } from './support/product.js';
import { pngFile, textFile, wavFile } from './support/sample-files.js';

const SIZES = { desktop: DESKTOP, phone: PHONE };
/** High contrast is looked at once in light, on the phone, and once in dark. */
const THEMES = [
  { colorScheme: 'light', contrast: 'no-preference' },
  { colorScheme: 'dark', contrast: 'no-preference' },
] as const;

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

  /** Of the screen as it is, in every theme: all rules once, after that what depends on colours. */
  const faults = async (page: Page, size: keyof typeof SIZES) => {
    const found: string[] = [];
    for (const [index, theme] of [...THEMES, { colorScheme: size === 'phone' ? 'light' : 'dark', contrast: 'more' } as const].entries()) {
      await page.emulateMedia({ ...theme, reducedMotion: 'reduce' }); // colours are what they are, not on their way
      // The page forbids scripts from elsewhere; axe comes in through the debugger, in one frame.
      const axe = new AxeBuilder({ page }).setLegacyMode();
      const { violations } = await (
        index === 0 ? axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']) : axe.withRules(['color-contrast'])
      ).analyze();
      for (const { id, impact, nodes } of violations)
        found.push(`${theme.colorScheme} ${theme.contrast} ${id} (${impact}) ${nodes.map((node) => node.html).join(' ')}`);
    }
    if (size === 'desktop') found.push(...(await outsideAt200Percent(page)));
    return found;
  };

  for (const size of ['desktop', 'phone'] as const)
    it(`has no violations on any screen in any theme, ${size}`, { timeout: 120_000 }, async () => {
      const options = SIZES[size];
      const guest = await browser.newContext(options);
      const page = await guest.newPage();
      await page.goto(`${product.url}/login`);
      await page.getByRole('button', { name: 'Log in' }).waitFor();
      expect(await faults(page, size), 'login').toEqual([]);
      await page.getByRole('link', { name: 'Create an account' }).click();
      expect(await faults(page, size), 'register').toEqual([]);
      await page.goto(`${product.url}/nothing`);
      expect(await faults(page, size), 'not found').toEqual([]);
      await guest.close();

      const chat = await ChatPage.register(browser, product.url, `Person at a ${size}`, options);
      await chat.conversation('general').waitFor();
      expect(await faults(chat.page, size), 'list').toEqual([]);
      await chat.open('general');
      await chat.send('Look at https://example.org');
      await chat.sees('Look at https://example.org');
      expect(await faults(chat.page, size), 'room').toEqual([]);
      await chat.attach(pngFile('picture.png', 640, 480), wavFile('tone.wav'), textFile('notes.txt', 'Some notes.'));
      expect(await faults(chat.page, size), 'files to send').toEqual([]);
      await chat.send('with files');
      const picture = chat.log.getByRole('button', { name: 'picture.png' }).last();
      await picture.waitFor();
      expect(await faults(chat.page, size), 'files in a message').toEqual([]);
      await picture.click();
      await chat.page.getByRole('dialog', { name: 'Picture: picture.png' }).waitFor();
      expect(await faults(chat.page, size), 'large picture').toEqual([]);
      await chat.page.keyboard.press('Escape');
      await chat.page.getByRole('button', { name: 'Emoji' }).click();
      await chat.page.getByRole('gridcell').first().waitFor();
      expect(await faults(chat.page, size), 'emoji').toEqual([]);
      await chat.page.keyboard.press('Escape');
      if (size === 'phone') await chat.page.getByRole('link', { name: 'Back to the conversations' }).click();
      for (const dialog of ['People', 'Rooms', 'New room']) {
        await chat.page.getByRole('button', { name: dialog, exact: true }).click();
        await chat.page.getByRole('dialog', { name: dialog }).waitFor();
        expect(await faults(chat.page, size), dialog).toEqual([]);
        await chat.page.keyboard.press('Escape');
      }
      await chat.page.getByRole('link', { name: 'Settings', exact: true }).click();
      const sections = chat.page.getByRole('navigation', { name: 'Parts of the settings' });
      for (const section of await sections.getByRole('link').allInnerTexts()) {
        await sections.getByRole('link', { name: section, exact: true }).click();
        await chat.page.getByRole('heading', { level: 2, name: section, exact: true }).waitFor();
        await chat.page.getByText('Loading…').waitFor({ state: 'detached' });
        expect(await faults(chat.page, size), section).toEqual([]);
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

/** WCAG 1.4.10: everything twice as large, which is half the room, and nothing to read or press lies beside the screen. */
async function outsideAt200Percent(page: Page): Promise<string[]> {
  const { width, height } = page.viewportSize()!;
  await page.setViewportSize({ width: width / 2, height: height / 2 });
  const outside = await page.evaluate(() =>
    [...document.querySelectorAll('a, button, input, textarea, select, h1, h2, h3, p')]
      .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .map((element) => ({ html: element.outerHTML.slice(0, 120), box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && (box.right > innerWidth + 1 || box.left < -1))
      .map(({ html }) => `outside at 200 %: ${html}`),
  );
  await page.setViewportSize({ width, height });
  return outside;
}
