import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFaults } from './support/axe-faults.js';
import { useBrowserProduct } from './support/browser-product.js';
import { DESKTOP, PHONE } from './support/chat-page.js';
import { pngFile, textFile, wavFile } from './support/sample-files.js';

const SIZES = { desktop: DESKTOP, phone: PHONE };
/** High contrast is looked at once in light, on the phone, and once in dark. */
const THEMES = [
  { colorScheme: 'light', contrast: 'no-preference' },
  { colorScheme: 'dark', contrast: 'no-preference' },
] as const;

describe('the web client for everyone', () => {
  const web = useBrowserProduct();

  /** Of the screen as it is, in every theme: all rules once, after that what depends on colours. */
  const screenFaults = async (page: Page, size: keyof typeof SIZES) => {
    const found: string[] = [];
    for (const [index, theme] of [...THEMES, { colorScheme: size === 'phone' ? 'light' : 'dark', contrast: 'more' } as const].entries()) {
      await page.emulateMedia({ ...theme, reducedMotion: 'reduce' }); // colours are what they are, not on their way
      const faults = await axeFaults(page, index === 0 ? undefined : ['color-contrast']);
      found.push(...faults.map((fault) => `${theme.colorScheme} ${theme.contrast} ${fault}`));
    }
    if (size === 'desktop') found.push(...(await outsideAt200Percent(page)));
    return found;
  };

  for (const size of ['desktop', 'phone'] as const)
    it(`has no violations on any screen in any theme, ${size}`, { timeout: 120_000 }, async () => {
      const options = SIZES[size];
      const guest = await web.browser.newContext(options);
      const page = await guest.newPage();
      await page.goto(`${web.url}/login`);
      await page.getByRole('button', { name: 'Log in' }).waitFor();
      expect(await screenFaults(page, size), 'login').toEqual([]);
      await page.getByRole('link', { name: 'Create an account' }).click();
      expect(await screenFaults(page, size), 'register').toEqual([]);
      await page.goto(`${web.url}/nothing`);
      expect(await screenFaults(page, size), 'not found').toEqual([]);
      await guest.close();

      const chat = await web.register(`Person at a ${size}`, options);
      await chat.conversation('general').waitFor();
      expect(await screenFaults(chat.page, size), 'list').toEqual([]);
      await chat.open('general');
      await chat.send('Look at https://example.org');
      await chat.sees('Look at https://example.org');
      expect(await screenFaults(chat.page, size), 'room').toEqual([]);
      await chat.attach(pngFile('picture.png', 640, 480), wavFile('tone.wav'), textFile('notes.txt', 'Some notes.'));
      expect(await screenFaults(chat.page, size), 'files to send').toEqual([]);
      await chat.send('with files');
      const picture = chat.log.getByRole('button', { name: 'picture.png' }).last();
      await picture.waitFor();
      expect(await screenFaults(chat.page, size), 'files in a message').toEqual([]);
      await picture.click();
      await chat.page.getByRole('dialog', { name: 'Picture: picture.png' }).waitFor();
      expect(await screenFaults(chat.page, size), 'large picture').toEqual([]);
      await chat.page.keyboard.press('Escape');
      await chat.page.getByRole('button', { name: 'Emoji' }).click();
      await chat.page.getByRole('gridcell').first().waitFor();
      expect(await screenFaults(chat.page, size), 'emoji').toEqual([]);
      await chat.page.keyboard.press('Escape');
      if (size === 'phone') await chat.page.getByRole('link', { name: 'Back to the conversations' }).click();
      for (const dialog of ['People', 'Rooms', 'New room']) {
        await chat.page.getByRole('button', { name: dialog, exact: true }).click();
        await chat.page.getByRole('dialog', { name: dialog }).waitFor();
        expect(await screenFaults(chat.page, size), dialog).toEqual([]);
        await chat.page.keyboard.press('Escape');
      }
      await chat.page.getByRole('link', { name: 'Settings', exact: true }).click();
      const sections = chat.page.getByRole('navigation', { name: 'Parts of the settings' });
      for (const section of await sections.getByRole('link').allInnerTexts()) {
        await sections.getByRole('link', { name: section, exact: true }).click();
        await chat.page.getByRole('heading', { level: 2, name: section, exact: true }).waitFor();
        await chat.page.getByText('Loading…').waitFor({ state: 'detached' });
        expect(await screenFaults(chat.page, size), section).toEqual([]);
      }
    });

  it('can be used with the keyboard alone', async () => {
    const chat = await web.register('Keys');
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
