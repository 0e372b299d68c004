import { TEST_PASSWORD } from '@parley/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './support/browser.js';
import { ChatPage, PHONE } from './support/chat-page.js';
import { startProduct, type Product } from './support/product.js';
import { pngFile } from './support/sample-files.js';

describe('settings in the web client', () => {
  let product: Product;
  let browser: Browser;
  let chat: ChatPage;

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0' } });
    browser = await launchBrowser();
    chat = await ChatPage.register(browser, product.url, 'Sara Settings');
  });
  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  });

  it('changes name, picture and status, and shows them at once', async () => {
    const { page } = chat;
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await page.getByLabel('Display name').fill('Sara <b>Bold</b>');
    await page.getByLabel('What are you up to?').fill('On a train');
    await page.getByLabel('Clear after').selectOption('30 minutes');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    await chat.list.getByText('Sara <b>Bold</b>').waitFor();
    const own = chat.list.locator('.own-account img');
    const before = await own.getAttribute('src');
    await page.locator('input[type=file]').setInputFiles(pngFile('me.png', 64, 64));
    expect(await page.locator('.avatar-field img').getAttribute('src')).toMatch(/^blob:/);
    await page.getByRole('button', { name: 'Use this picture' }).click();
    await page.getByRole('button', { name: 'Choose a picture' }).waitFor();
    const after = await own.getAttribute('src');
    expect(after).not.toBe(before);
    await page.reload();
    expect(await page.getByLabel('What are you up to?').inputValue()).toBe('On a train');
    await page.getByRole('button', { name: 'Remove picture' }).click();
    await page.locator(`.own-account img:not([src="${after}"])`).waitFor();
    expect(chat.complaints).toEqual([]);
  });

  it('looks as was chosen before anything is drawn, in every tab, also after a reload', async () => {
    const { page } = chat;
    await page.goto(`${product.url}/settings/appearance`);
    await page.getByRole('radio', { name: 'Dark' }).check();
    await page.getByRole('radio', { name: 'Compact' }).check();
    await page.getByRole('radio', { name: 'Very large' }).check();
    const look = ({ page: of }: ChatPage) =>
      of.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.documentElement).fontSize]);
    expect(await look(chat)).toEqual(['rgb(29, 30, 38)', '20.8px']);

    const tab = await chat.newTab('/settings/appearance');
    expect(await look(tab)).toEqual(await look(chat));
    await tab.page.getByRole('radio', { name: 'High contrast' }).check();
    await tab.page.getByRole('radio', { name: 'Normal' }).check();
    await page.getByRole('radio', { name: 'High contrast', checked: true }).waitFor();
    expect(await look(chat)).toEqual(['rgb(255, 255, 255)', '16px']);

    // Without the client itself: the early script alone has set it.
    await page.route('**/assets/index-*.js', (route) => route.abort());
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset)).toMatchObject({ theme: 'contrast', density: 'compact' });
    await page.unroute('**/assets/index-*.js');
    await page.reload();
    await page.getByRole('radio', { name: 'As the system' }).first().check();
    await tab.page.close();
    expect(chat.complaints).toEqual([]);
  });

  it('speaks German from one moment to the next, and English to everybody else', async () => {
    const { page } = chat;
    await page.getByRole('radio', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    expect(await page.getByRole('radio', { name: 'Deutsch' }).evaluate((radio) => radio === document.activeElement)).toBe(true);
    await page.getByRole('link', { name: 'Passwort' }).click();
    await page.getByLabel('Bisheriges Passwort').fill('not the password');
    await page.getByLabel('Neues Passwort').fill(`${TEST_PASSWORD}-2`);
    await page.getByRole('button', { name: 'Passwort ändern' }).click();
    await page.getByText('Das bisherige Passwort ist falsch.').waitFor();
    await page.getByLabel('Bisheriges Passwort').fill(TEST_PASSWORD);
    await page.getByRole('button', { name: 'Passwort ändern' }).click();
    await page.getByText('Dein Passwort ist geändert.').waitFor();
    await page.goto(`${product.url}/settings/appearance`);
    await page.getByRole('radio', { name: 'Wie der Browser' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();

    const german = await browser.newContext({ locale: 'de-DE' });
    const guest = await german.newPage();
    await guest.goto(`${product.url}/login`);
    await guest.getByRole('button', { name: 'Anmelden' }).waitFor();
    await german.close();
    expect(chat.complaints).toEqual([]);
  });

  it('ends the session of another device, from a phone', async () => {
    const { page } = chat;
    const username = (await page.locator('.own-name .hint').innerText()).slice(1);
    const context = await browser.newContext({ ...PHONE, locale: 'en-GB' });
    const phone = await context.newPage();
    await phone.goto(`${product.url}/login?next=%2Fsettings%2Fsessions`);
    await phone.getByLabel('User name').fill(username);
    await phone.getByLabel('Password').fill(`${TEST_PASSWORD}-2`);
    await phone.getByRole('button', { name: 'Log in' }).click();
    await phone.getByText('This device').waitFor();
    await phone.getByRole('button', { name: /^End the session on/ }).click();
    await page.getByText('This session was ended. Log in again.').waitFor();
    await phone.getByRole('button', { name: /^End the session on/ }).waitFor({ state: 'detached' });
    const isWide = await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(isWide).toBe(false);
    await context.close();
  });
});
