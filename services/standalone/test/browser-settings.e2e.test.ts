import { TEST_PASSWORD } from '@parley/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBrowserProduct } from './support/browser-product.js';
import { ChatPage, PHONE } from './support/chat-page.js';
import { pngFile } from './support/sample-files.js';

describe('settings in the web client', () => {
  const web = useBrowserProduct();
  let chat: ChatPage;

  beforeAll(async () => {
    chat = await web.register('Sara Settings');
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
  });

  it('looks as was chosen before anything is drawn, in every tab, also after a reload', async () => {
    const { page } = chat;
    await page.goto(`${web.url}/settings/appearance`);
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
  });

  it('mirrors the page for languages that are written from right to left', async () => {
    const { page } = chat;
    const sides = async (direction: string) => {
      await page.evaluate((wanted) => {
        const key = 'parley:device';
        localStorage.setItem(key, JSON.stringify({ ...(JSON.parse(localStorage.getItem(key) ?? '{}') as object), direction: wanted }));
      }, direction);
      await page.goto(`${web.url}/chat`);
      await chat.open('general');
      await chat.composer.waitFor();
      const boxes = [chat.list, chat.log, chat.composer, page.getByRole('button', { name: 'Emoji' })].map((part) => part.boundingBox());
      return (await Promise.all(boxes)).map((box) => [Math.round(box!.x), Math.round(box!.x + box!.width)]);
    };
    const { width } = page.viewportSize()!;
    const fromLeft = await sides('ltr');
    expect(await sides('rtl')).toEqual(fromLeft.map(([left, right]) => [width - right!, width - left!]));
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await sides('system');
  });

  it('moves nothing for people who want it to stand still', async () => {
    const { page } = chat;
    const moving = () =>
      page.evaluate(() => {
        const lasts = (times: string) => times.split(',').some((time) => Number.parseFloat(time) > 0);
        const looks = [...document.querySelectorAll('body *')].map((element) => getComputedStyle(element));
        return looks.filter((look) => lasts(look.transitionDuration) || lasts(look.animationDuration)).length;
      });
    await page.goto(`${web.url}/settings/appearance`);
    const choice = page.getByRole('group', { name: 'Motion' });
    await choice.waitFor();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moving()).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await moving()).toBeGreaterThan(0);
    await choice.getByRole('radio', { name: 'Reduced' }).check();
    expect(await moving()).toBe(0);
    await choice.getByRole('radio', { name: 'As the system' }).check();
    await page.emulateMedia({ reducedMotion: null });
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
    await page.goto(`${web.url}/settings/appearance`);
    await page.getByRole('radio', { name: 'Wie der Browser' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();

    const german = await web.browser.newContext({ locale: 'de-DE' });
    const guest = await german.newPage();
    await guest.goto(`${web.url}/login`);
    await guest.getByRole('button', { name: 'Anmelden' }).waitFor();
    await german.close();
  });

  it('ends the session of another device, from a phone', async () => {
    const { page } = chat;
    const context = await web.browser.newContext({ ...PHONE, locale: 'en-GB' });
    const phone = await context.newPage();
    await phone.goto(`${web.url}/login?next=%2Fsettings%2Fsessions`);
    await phone.getByLabel('User name').fill(chat.username);
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
