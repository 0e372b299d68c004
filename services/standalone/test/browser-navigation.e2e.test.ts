import { eventually } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { axeFaultsInBothThemes } from './support/axe-faults.js';
import { useBrowserProduct } from './support/browser-product.js';
import { ChatPage, PHONE } from './support/chat-page.js';
import { RoomHistory } from './support/room-history.js';

describe('finding one’s way in the web client', () => {
  const web = useBrowserProduct();

  const register = async (name: string, options?: Parameters<typeof ChatPage.register>[3]): Promise<ChatPage> => {
    const chat = await web.register(name, options);
    await chat.composer.or(chat.list).first().waitFor();
    return chat;
  };
  const heading = ({ page }: ChatPage, name: string) => page.getByRole('heading', { level: 1, name, exact: true });
  /** The list from top to bottom, names of its parts included. */
  const lines = async ({ list }: ChatPage) =>
    (await list.locator('.conversation-section button, .conversation-title').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));

  it('goes anywhere by Ctrl+K, a few letters and Enter', { timeout: 120_000 }, async () => {
    const chat = await register('Karl Key');
    await register('Zara Zebra');
    await using room = await RoomHistory.create(web.url);
    await room.write(1, 'hello');
    const { page } = chat;
    const field = page.getByRole('combobox', { name: 'Room, person or action' });
    const options = page.getByRole('listbox', { name: 'Places' }).getByRole('option');
    const go = async (letters: string, expected: string) => {
      await page.keyboard.press('Control+k');
      await field.pressSequentially(letters);
      await eventually(async () => (await page.locator('[role=option][aria-selected=true]').innerText()).includes(expected), {
        describe: `${letters} finds ${expected}`,
      });
      await page.keyboard.press('Enter');
    };
    await chat.composer.focus();
    await go('zara', 'Zara Zebra');
    await heading(chat, 'Zara Zebra').waitFor();
    await chat.send('hello');
    await chat.sees('hello');
    await go(`#${room.name.slice(0, 12)}`, room.name);
    await heading(chat, room.name).waitFor();
    await page.getByRole('button', { name: 'Join room' }).click();
    await chat.composer.waitFor();
    await go('gnrl', 'general');
    await heading(chat, 'general').waitFor();

    // Nothing typed: where one was last is next, and one is not sent to where one is.
    await page.keyboard.press('Control+k');
    await options.first().getByText(room.name).waitFor();
    expect(await options.filter({ hasText: 'general' }).count()).toBe(0);
    expect(await field.getAttribute('aria-activedescendant')).toBe(await options.first().getAttribute('id'));
    await page.keyboard.press('ArrowDown');
    expect(await field.getAttribute('aria-activedescendant')).toBe(await options.nth(1).getAttribute('id'));
    expect(await axeFaultsInBothThemes(chat.page)).toEqual([]);
    await page.keyboard.press('Escape');
    // Closed it is hidden at once, and gone a moment later: keys pressed in between would open what is about to go.
    await page.locator('dialog').waitFor({ state: 'detached' });
    await go('>new room', 'New room');
    await page.getByRole('dialog', { name: 'New room' }).waitFor();
    await page.keyboard.press('Escape');

    // In the other hand: a phone, and fingers.
    const phone = await register('Pia Phone', PHONE);
    await phone.page.evaluate(() => dispatchEvent(new Event('focus')));
    await phone.page.keyboard.press('Control+k');
    await phone.page.getByRole('listbox').getByRole('option').filter({ hasText: 'general' }).click();
    await heading(phone, 'general').waitFor();
  });

  it('shows conversations in parts, keeps favourites on all devices, and reads everything at once', { timeout: 120_000 }, async () => {
    const chat = await register('Lena List');
    await using first = await RoomHistory.create(web.url);
    await using second = await RoomHistory.create(web.url);
    for (const room of [first, second]) {
      await room.admit(chat);
      await chat.conversation(room.name).waitFor();
    }
    await chat.open(first.name);
    await chat.page.getByRole('button', { name: `Keep ${first.name} at the top` }).click();
    await eventually(async () => expect((await lines(chat)).slice(0, 2)).toEqual(['Favourites 1', first.name]));
    const tab = await chat.newTab('/chat');
    await eventually(async () => expect((await lines(tab)).slice(0, 2)).toEqual(['Favourites 1', first.name]));
    await chat.page.getByRole('button', { name: `Keep ${first.name} at the top` }).click();
    await eventually(async () => expect(await lines(tab)).not.toContain('Favourites 1'));
    await tab.page.close();

    await chat.open('general');
    await second.write(2, 'news');
    await eventually(async () => expect((await lines(chat)).slice(0, 2)).toEqual(['Unread 1', second.name]));
    expect(await axeFaultsInBothThemes(chat.page)).toEqual([]);
    await chat.page.keyboard.press('Alt+Shift+ArrowDown');
    await heading(chat, second.name).waitFor();
    // It stays where it is while one reads it.
    expect((await lines(chat)).slice(0, 2)).toEqual(['Unread 1', second.name]);
    await chat.open('general');
    await first.write(3, 'more');
    await second.write(1, 'more');
    await eventually(async () => expect((await lines(chat))[0]).toBe('Unread 2'));
    await chat.page.getByRole('button', { name: 'Mark all read' }).click();
    await chat.list.getByText('2 conversations marked read').waitFor();
    await eventually(async () => expect((await lines(chat))[0]).not.toContain('Unread'));
    await chat.page.getByRole('button', { name: 'Undo' }).click();
    await eventually(async () => expect((await lines(chat))[0]).toBe('Unread 2'));
    await chat.conversation(first.name).getByText('3 unread').waitFor();

    // From the list of what is counted to one of the messages.
    await chat.list.getByRole('button', { name: `Show what is unread in ${first.name}` }).click();
    const dialog = chat.page.getByRole('dialog', { name: `Unread in ${first.name}` });
    await dialog.getByRole('link', { name: /more 2/ }).waitFor();
    expect(await axeFaultsInBothThemes(chat.page)).toEqual([]);
    await dialog.getByRole('link', { name: /more 2/ }).click();
    await chat.log.locator('[data-target=true]').getByText('more 2', { exact: true }).waitFor();

    // Folded and by name: as this device left it.
    await chat.list.getByRole('combobox', { name: 'Sort the list' }).selectOption('name');
    await chat.list.getByRole('button', { name: /^Rooms \d/ }).click();
    await chat.page.reload();
    await chat.list.getByRole('button', { name: /^Rooms \d/, expanded: false }).waitFor();
    expect(await chat.list.getByRole('combobox', { name: 'Sort the list' }).inputValue()).toBe('name');
  });

  it(
    'tells all keys by ?, walks the parts of the screen by F6, and shows what is true of the connection',
    { timeout: 120_000 },
    async () => {
      const chat = await register('Fritz Fkey');
      const { page } = chat;
      await chat.composer.focus();
      await page.keyboard.press('?');
      expect(await chat.composer.inputValue()).toBe('?');
      await chat.composer.fill('');
      await page.keyboard.press('F6');
      await page.keyboard.press('?');
      const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
      await sheet.getByText('Next unread conversation').waitFor();
      expect(await axeFaultsInBothThemes(chat.page)).toEqual([]);
      await page.keyboard.press('Escape');
      await chat.composer.focus();
      const part = () => page.evaluate(() => document.activeElement?.closest('.sidebar, .messages, .composer')?.className);
      const seen: (string | undefined)[] = [];
      for (let count = 0; count < 3; count += 1) {
        await page.keyboard.press('F6');
        seen.push(await part());
      }
      expect(seen).toEqual(['sidebar', 'messages', 'composer']);
      await page.keyboard.press('Shift+F6');
      expect(await part()).toBe('messages');

      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Room, person or action' }).fill('>connection');
      await page.getByRole('option', { name: /Show the connection/ }).click();
      const panel = page.getByRole('dialog', { name: 'Connection' });
      await panel.getByText(/^\d+ ms$/).waitFor();
      await panel.getByText(/up to message \d+ · open/).waitFor();
      expect(await panel.locator('code').innerText()).toMatch(/^[0-9a-f-]{36}$/);
      expect(await axeFaultsInBothThemes(chat.page)).toEqual([]);
    },
  );

  it('walks from message to message by arrows, and does by letters what the menu does', { timeout: 120_000 }, async () => {
    const chat = await register('Wanda Walker');
    await using room = await RoomHistory.create(web.url);
    await room.admit(chat);
    await room.write(5);
    await chat.open(room.name);
    await chat.send('mine');
    await eventually(async () => (await chat.pending()).length === 0, { describe: 'it is stored' });
    const { page } = chat;
    await page.keyboard.press('Shift+F6');
    const focused = () => page.evaluate(() => document.activeElement?.querySelector('.message-text')?.textContent);
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe('mine');
    await page.keyboard.press('e');
    await page.getByRole('dialog', { name: 'Edit message' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    for (let count = 0; count < 2; count += 1) await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe('line 4');
    expect(await axeFaultsInBothThemes(chat.page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('line 5');
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'React with 🎉' }).click();
    await chat.log.getByRole('button', { name: /🎉/ }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await eventually(async () => (await focused()) === 'line 5', { describe: 'the message has the focus again' });
    await page.keyboard.press('u');
    await page.getByText('Marked unread.').waitFor();
    await page.keyboard.press('r');
    await chat.composer.and(page.locator(':focus')).waitFor();
    await page
      .getByText(/Somebody Else/)
      .first()
      .waitFor();
    await page.keyboard.press('Shift+F6');
    await page.keyboard.press('Escape');
    await chat.composer.and(page.locator(':focus')).waitFor();
  });

  it('shows who somebody is, writes to him, mentions him, and keeps him from writing for a time', { timeout: 120_000 }, async () => {
    const owner = await register('Ottilie Owner');
    const guest = await register('Gustav Guest');
    const { page } = owner;
    await page.getByRole('button', { name: 'New room', exact: true }).click();
    const form = page.getByRole('dialog', { name: 'New room' });
    await form.getByLabel('Name').fill('Salon of Ottilie');
    await form.getByRole('button', { name: 'Create room' }).click();
    await heading(owner, 'Salon of Ottilie').waitFor();
    await guest.page.goto(web.url + owner.path);
    // A look before one joins.
    await guest.page.getByText('You are reading this room. Join it to write.').waitFor();
    await guest.page.getByRole('button', { name: 'Join room' }).click();
    await guest.send('good evening');
    await owner.sees('good evening');
    await owner.log.getByRole('button', { name: 'Gustav Guest', exact: true }).click();
    const profile = page.getByRole('dialog', { name: 'Gustav Guest' });
    await profile.getByText('online').waitFor();
    expect(await axeFaultsInBothThemes(owner.page)).toEqual([]);
    await profile.getByRole('button', { name: 'Mention' }).click();
    expect(await owner.composer.inputValue()).toMatch(/^@web_\S+ $/);
    await owner.log.getByRole('button', { name: 'Gustav Guest', exact: true }).click();
    await profile.getByRole('button', { name: 'Mute Gustav Guest' }).click();
    await profile.getByRole('button', { name: '10 minutes' }).click();
    await profile.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Members of Salon of Ottilie' }).click();
    const members = page.getByRole('dialog', { name: 'Members' });
    await members.getByText(/^Muted until/).waitFor();
    expect(await axeFaultsInBothThemes(owner.page)).toEqual([]);
    await members.getByRole('button', { name: 'Let Gustav Guest write again' }).click();
    await members.getByText(/^Muted until/).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await owner.log.getByRole('button', { name: 'Gustav Guest', exact: true }).click();
    await profile.getByRole('button', { name: 'Write in private' }).click();
    await heading(owner, 'Gustav Guest').waitFor();
  });
});
