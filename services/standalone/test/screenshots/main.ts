// `npm run screenshots`: the pictures of docs/screenshots, from the product itself with a small community in it.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { startProduct } from '../support/product.ts';
import { Community } from './community.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../../docs/screenshots');
const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 };
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

interface Shot {
  readonly name: string;
  readonly context: BrowserContextOptions;
  /** Stored on the device before the page opens. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly path: string;
}

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await using product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0' } });
  const browser = await launchBrowser();
  try {
    const community = await Community.build(product.url, browser);
    const room = `/chat/${community.roomId}`;
    const shots: readonly Shot[] = [
      { name: 'desktop', context: DESKTOP, path: room },
      { name: 'desktop-dark', context: { ...DESKTOP, colorScheme: 'dark' }, path: room },
      { name: 'desktop-contrast', context: { ...DESKTOP, colorScheme: 'dark' }, settings: { theme: 'contrast' }, path: room },
      { name: 'desktop-rtl', context: DESKTOP, settings: { direction: 'rtl' }, path: room },
      { name: 'settings', context: DESKTOP, path: '/settings/appearance' },
      { name: 'settings-german', context: { ...DESKTOP, locale: 'de-DE' }, path: '/settings/profile' },
      { name: 'phone', context: PHONE, path: room },
      { name: 'phone-list', context: { ...PHONE, colorScheme: 'dark' }, path: '/chat' },
      { name: 'phone-settings', context: PHONE, path: '/settings/appearance' },
    ];
    for (const shot of shots) await take(browser, product.url, community.cookies, shot);
  } finally {
    await browser.close();
  }
}

async function take(browser: Browser, url: string, cookies: Community['cookies'], shot: Shot): Promise<void> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...shot.context });
  await context.addCookies([...cookies]);
  if (shot.settings)
    await context.addInitScript((settings) => localStorage.setItem('parley:device', settings), JSON.stringify(shot.settings));
  const page = await context.newPage();
  await page.goto(url + shot.path);
  await page.locator('.own-account, .composer, .settings-form').first().waitFor();
  await page.waitForLoadState('networkidle');
  if (shot.path.startsWith('/chat/')) await page.locator('.code-block code span').first().waitFor(); // code is coloured when there is time
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await page.screenshot({ path: path.join(FOLDER, `${shot.name}.png`) });
  console.log(`docs/screenshots/${shot.name}.png`);
  // The session is for the next picture as well: the cookie it was given takes the place of the old one.
  cookies.splice(0, cookies.length, ...(await context.cookies()));
  await context.close();
}

await main();
