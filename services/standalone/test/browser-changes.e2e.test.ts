import { eventually } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { axeFaults } from './support/axe-faults.js';
import { useBrowserProduct } from './support/browser-product.js';
import { ChatPage, DESKTOP, PHONE } from './support/chat-page.js';

describe('changing messages in the web client', () => {
  const web = useBrowserProduct();

  /** By what a message says itself, not by what it quotes. */
  const row = (chat: ChatPage, text: string) =>
    chat.log.getByRole('listitem').filter({ has: chat.page.locator('.message-text').filter({ hasText: text }) });
  const menu = (chat: ChatPage, text: string) =>
    row(chat, text)
      .last()
      .getByRole('button', { name: /^Actions for the message/ });
  const dialog = (chat: ChatPage) => chat.page.getByRole('dialog');
  async function act(chat: ChatPage, text: string, action: string): Promise<void> {
    await menu(chat, text).focus();
    await chat.page.keyboard.press('Enter');
    await dialog(chat).getByRole('button', { name: action }).click();
  }

  for (const [size, options] of Object.entries({ desktop: DESKTOP, phone: { ...PHONE, colorScheme: 'dark' as const } }))
    it(`edits, reacts, answers, mentions and deletes, with the keyboard, ${size}`, { timeout: 60_000 }, async () => {
      const writer = await web.register(`Writer on ${size}`, options);
      const reader = await web.register(`Reader on ${size}`, options);
      for (const chat of [writer, reader]) await chat.open('general');
      await writer.send(`Helo from ${size}`);
      await reader.sees(`Helo from ${size}`);

      await act(writer, `Helo from ${size}`, 'Edit');
      expect(await axeFaults(writer.page), 'editing').toEqual([]);
      await dialog(writer).getByRole('textbox').fill(`Hello from ${size}`);
      await dialog(writer).getByRole('button', { name: 'Save' }).click();
      await dialog(writer).waitFor({ state: 'detached' });
      await reader.sees(`Hello from ${size}`);
      await row(reader, `Hello from ${size}`).getByText('edited', { exact: true }).waitFor();

      await menu(reader, `Hello from ${size}`).click();
      expect(await dialog(reader).getByRole('button', { name: 'Edit' }).count()).toBe(0);
      expect(await dialog(reader).getByRole('button', { name: 'Delete' }).count()).toBe(0);
      expect(await axeFaults(reader.page), 'actions').toEqual([]);
      await dialog(reader).getByRole('button', { name: 'React with 👍' }).click();
      const reaction = row(writer, `Hello from ${size}`).getByRole('button', { name: '👍, 1 person' });
      await reaction.click();
      await row(reader, `Hello from ${size}`).getByRole('button', { name: '👍, 2 people' }).click();
      await row(writer, `Hello from ${size}`).getByRole('button', { name: '👍, 1 person', pressed: true }).waitFor();

      await act(reader, `Hello from ${size}`, 'Emoji');
      await reader.page.getByRole('dialog', { name: 'Emoji' }).getByRole('gridcell').first().click();
      await dialog(reader).waitFor({ state: 'detached' });
      await row(writer, `Hello from ${size}`).getByRole('button', { name: '😀, 1 person' }).waitFor();

      await act(reader, `Hello from ${size}`, 'Reply');
      await reader.page.getByText(/^Replying to/).waitFor();
      const name = writer.username;
      await reader.send(`Answer for @${name} on ${size}`);
      const answer = row(writer, `Answer for @${name}`);
      await answer.locator('blockquote').getByText(`Hello from ${size}`).waitFor();
      await answer.locator('blockquote').getByRole('link').click();
      await writer.log
        .locator('[data-target=true]')
        .filter({ hasText: `Hello from ${size}` })
        .waitFor();
      expect(await answer.locator('.mention').innerText()).toBe(`@${name}`);
      await answer.getByText('mentions you').waitFor({ state: 'attached' });
      expect(await reader.page.getByText(/^Replying to/).count()).toBe(0);
      expect(await axeFaults(writer.page), 'room').toEqual([]);

      await row(reader, `Hello from ${size}`).getByRole('button', { name: 'edited' }).click();
      await dialog(reader).getByText(`Helo from ${size}`).waitFor();
      expect(await dialog(reader).getByRole('listitem').count()).toBe(2);
      expect(await axeFaults(reader.page), 'versions').toEqual([]);
      await reader.page.keyboard.press('Escape');
      await act(reader, `Hello from ${size}`, 'Who reacted');
      await dialog(reader).getByText(`Writer on ${size}`).waitFor();
      await reader.page.keyboard.press('Escape');

      // The way back has the focus, because what had it is gone.
      await act(writer, `Hello from ${size}`, 'Delete');
      const undo = writer.page.getByRole('button', { name: 'Undo' });
      await eventually(() => undo.evaluate((button) => button === document.activeElement));
      expect(await writer.texts()).not.toContain(`Hello from ${size}`);
      expect(await axeFaults(writer.page), 'deleting').toEqual([]);
      await writer.page.keyboard.press('Enter');
      await writer.sees(`Hello from ${size}`);
      await act(writer, `Hello from ${size}`, 'Delete');
      await undo.waitFor();
      expect(await reader.texts()).toContain(`Hello from ${size}`);
      // A page that closes leaves nothing behind that could be undone.
      await writer.page.reload();
      await eventually(async () => !(await reader.texts()).includes(`Hello from ${size}`));
      await row(reader, `Answer for @${name}`).locator('blockquote').getByText('This message was deleted.').waitFor();
      await reader.page.reload();
      await row(reader, `Answer for @${name}`).locator('blockquote').getByText('This message was deleted.').waitFor();
    });
});
