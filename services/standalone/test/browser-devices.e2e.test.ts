import { AxeBuilder } from '@axe-core/playwright';
import { eventually } from '@parley/testing';
import type { BrowserContext } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useBrowserProduct } from './support/browser-product.js';
import { PHONE, type ChatPage } from './support/chat-page.js';
import { textFile } from './support/sample-files.js';

const KEYBOARD_PX = 336;

/** What a page is told by Safari on iOS, where the keyboard lies over the page and makes nothing smaller. */
const withKeyboardOverThePage = (context: BrowserContext) =>
  context.addInitScript(() => {
    const seen = Object.assign(new EventTarget(), { height: innerHeight, offsetTop: 0, scale: 1 });
    Object.defineProperty(window, 'visualViewport', { value: seen });
  });

describe('the web client on every device', () => {
  const web = useBrowserProduct();
  const writes = (chat: ChatPage, text: string) => eventually(async () => expect(await chat.composer.inputValue()).toBe(text));
  const answers = ({ page }: ChatPage) => page.getByText(/^Replying to Fred Friend/);

  it('keeps composer, newest message and dialogs above a keyboard that lies over the page', async () => {
    const phone = await web.register('Iris', PHONE, withKeyboardOverThePage);
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
  });

  it('shows what is picked in one tab in all tabs, and uploads it once', async () => {
    const ada = await web.register('Ada');
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
    expect(uploads).toHaveLength(1);
  });

  it('keeps a draft and what it answers on all of them, until it is sent from one', async () => {
    const [desk, friend] = await Promise.all([web.register('Dora Draft'), web.register('Fred Friend')]);
    const phone = await web.logInElsewhere(desk, PHONE);
    await Promise.all([desk, friend].map((chat) => chat.open('general')));
    await friend.send('Who comes along?');
    await desk.sees('Who comes along?');
    await desk.page
      .getByRole('button', { name: /^Actions for the message/ })
      .last()
      .click();
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Reply' }).click();
    await answers(desk).waitFor();
    await desk.composer.pressSequentially('I do');

    await phone.conversation('general').getByText('Draft').waitFor();
    await phone.open('general');
    await writes(phone, 'I do');
    await answers(phone).waitFor();
    await phone.page.reload();
    await writes(phone, 'I do');
    await answers(phone).waitFor();
    await phone.composer.fill('I do, and so does Ben');
    await writes(desk, 'I do, and so does Ben');
    await answers(desk).waitFor();

    await desk.page.getByRole('button', { name: 'Send', exact: true }).click();
    await friend.sees('I do, and so does Ben');
    await friend.log.locator('blockquote').getByText('Who comes along?').waitFor();
    await writes(phone, '');
    await answers(phone).waitFor({ state: 'detached' });
    await phone.page.reload();
    await phone.sees('I do, and so does Ben');
    expect(await phone.composer.inputValue()).toBe('');
    expect(await answers(phone).count()).toBe(0);
  });

  it('does from the list what can be done with a conversation, by keyboard, pointer and finger', async () => {
    const [ada, bob] = await Promise.all(['Ada', 'Bob'].map((name) => web.register(name)));
    const { page } = ada!;
    await bob!.open('general');
    await ada!.openDirect('Bob');
    await bob!.send('is anybody here?');
    const general = ada!.conversation('general');
    const unread = ada!.list.getByRole('button', { name: 'Show what is unread in general' });
    const menu = page.getByRole('menu', { name: 'Actions for general' });
    const button = ada!.list.getByRole('button', { name: 'Actions for general' });
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await unread.waitFor();

    await general.focus();
    await page.keyboard.press('Shift+F10');
    await menu.waitFor();
    expect(await focused()).toBe('Mark as read');
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await page.keyboard.press('Enter');
    await unread.waitFor({ state: 'hidden' });
    expect(await general.evaluate((link) => link === document.activeElement)).toBe(true);

    await general.hover();
    await button.click();
    await page.keyboard.press('End');
    expect(await focused()).toBe('Leave');
    await page.keyboard.press('f');
    expect(await focused()).toBe('For 15 minutes');
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    expect(await button.evaluate((each) => each === document.activeElement)).toBe(true);

    const choose = async (kind: 'menuitem' | 'menuitemradio' | 'menuitemcheckbox', name: string) => {
      await general.click({ button: 'right' });
      await menu.getByRole(kind, { name, exact: true }).click();
      await menu.waitFor({ state: 'hidden' });
    };
    await choose('menuitemcheckbox', 'Keep at the top');
    await ada!.list.getByRole('heading', { name: 'Favourites' }).waitFor();
    await choose('menuitem', 'For 8 hours');
    await ada!.list.locator('[data-quiet=true]').waitFor();
    await choose('menuitem', 'Unmute');
    await ada!.list.locator('[data-quiet=true]').waitFor({ state: 'detached' });
    await choose('menuitemradio', 'Nothing');
    await ada!.list.locator('[data-quiet=true]').waitFor();
    await choose('menuitem', 'Mark as unread');
    await unread.waitFor();

    await general.dispatchEvent('pointerdown', { pointerType: 'touch', clientX: 60, clientY: 300 });
    await menu.waitFor();
    await general.dispatchEvent('pointerup', { pointerType: 'touch' });
    await general.dispatchEvent('click');
    await page.getByRole('heading', { level: 1, name: 'Bob' }).waitFor();
    await menu.getByRole('menuitem', { name: 'Leave' }).click();
    await page.getByRole('dialog', { name: 'Leave general?' }).getByRole('button', { name: 'Leave' }).click();
    await general.waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1, name: 'Bob' }).waitFor();
  });

  it('speaks German where the reader does: what rooms say, in the room and in the list, and emoji by their names', async () => {
    const reader = await web.register('Greta');
    const { page } = reader;
    const call = (method: string, address: string, body: object) =>
      page.evaluate(
        async ([how, where, what]) => {
          const { accessToken } = await (await fetch('/api/refresh', { method: 'POST' })).json();
          const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
          const answer = await fetch(where!, { method: how!, headers, body: what! });
          return (await answer.json()) as { id: string };
        },
        [method, address, JSON.stringify(body)],
      );
    const { id } = await call('POST', '/api/chat/rooms', { name: 'Werkstatt', visibility: 'private' });
    await page.evaluate(() => localStorage.setItem('parley:device', JSON.stringify({ language: 'de' })));
    await page.goto(`${web.url}/chat`);
    const list = page.getByRole('navigation', { name: 'Unterhaltungen' });
    await list.getByText('general').waitFor();
    // One is heard of while the room is closed, the other stands in its history.
    await call('PATCH', `/api/chat/rooms/${id}`, { topic: 'Werkzeug' });
    await list.getByText('Das Thema ist jetzt „Werkzeug“.').waitFor();
    await page.reload();
    await list.getByText('Das Thema ist jetzt „Werkzeug“.').waitFor();
    await list.getByRole('link', { name: 'Werkstatt' }).click();
    await reader.log.getByText('Das Thema ist jetzt „Werkzeug“.').waitFor();
    await call('PATCH', `/api/chat/rooms/${id}`, { slowModeSeconds: 30 });
    await reader.log.getByText('Der langsame Modus ist an: eine Nachricht alle 30 Sekunden.').waitFor();

    const composer = page.locator('.composer textarea');
    for (const word of ['konfettib', 'tada']) {
      await composer.pressSequentially(`:${word}`);
      await page.getByRole('option', { name: 'Konfettibombe' }).waitFor();
      await page.keyboard.press('Tab');
    }
    expect(await composer.inputValue()).toBe('🎉 🎉 ');
    await page.getByRole('button', { name: 'Emoji', exact: true }).click();
    await page.getByRole('dialog', { name: 'Emoji' }).waitFor();
    await page.keyboard.type('einhorn');
    await page
      .getByRole('gridcell', { name: /^Einhorn/ })
      .first()
      .waitFor();
    await page.getByText('Tiere & Natur').waitFor();
  });
});
