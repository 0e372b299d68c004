import { eventually } from '@parley/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { axeFaultsInBothThemes } from './support/axe-faults.js';
import { useBrowserProduct } from './support/browser-product.js';
import { ChatPage, DESKTOP, PHONE } from './support/chat-page.js';
import { MessageView } from './support/message-view.js';
import { linesOf, RoomHistory } from './support/room-history.js';
import { pngFile } from './support/sample-files.js';

/** Rows that the page may hold at the most. */
const ROWS_MAX = 150;
/** CSS pixels that something in sight may move by itself. */
const STILL_PX = 1;

describe('reading in a browser', () => {
  const web = useBrowserProduct();
  const title = (chat: ChatPage, wanted: RegExp) =>
    eventually(async () => wanted.test(await chat.page.title()), { describe: `the title is ${wanted.source}` });
  const icon = (chat: ChatPage) => chat.page.locator('link[rel=icon]').getAttribute('href');

  for (const [size, options] of Object.entries({ desktop: DESKTOP, phone: PHONE }))
    it(`keeps what is in sight in its place, ${size}`, async () => {
      const chat = await web.register('Reader', options);
      await using room = await RoomHistory.create(web.url);
      await room.write(220);
      await room.admit(chat);
      await chat.page.goto(web.url + room.path);
      await chat.sees('line 220');
      const view = new MessageView(chat);
      await eventually(() => view.isAtEnd(), { describe: 'a room opens at its end' });
      await chat.composer.fill('a\nlong\ndraft\nof\nmany\nlines');
      await eventually(() => view.isAtEnd(), { describe: 'the list follows what the composer takes from it' });
      await chat.composer.pressSequentially(' more');
      expect(await view.isAtEnd()).toBe(true);
      await chat.composer.fill('');

      // History above, twice: the row that was the first loses its day and its name to an older one.
      for (let page = 0; page < 2; page += 1) {
        const height = () => chat.log.evaluate((element) => element.scrollHeight);
        const before = await height();
        const moved = await view.watch(40);
        await eventually(async () => (await height()) > before + 500, { describe: 'older messages come' });
        expect(await moved()).toBeLessThanOrEqual(STILL_PX);
      }

      // Messages below.
      const still = await view.watch();
      await room.write(3, 'below');
      await chat.page.getByRole('button', { name: '3 new messages' }).waitFor();
      expect(await still()).toBeLessThanOrEqual(STILL_PX);
      await chat.page.getByRole('button', { name: '3 new messages' }).click();
      await eventually(() => view.isAtEnd(), { describe: 'it is at the end' });

      // One's own message leads to the end from wherever it was written, and it stays the end when its picture comes.
      await view.scrollTo((await chat.log.evaluate((element) => element.scrollTop)) - 600);
      expect(await view.isAtEnd()).toBe(false);
      await chat.attach(pngFile('picture.png', 640, 480));
      await chat.send('with a picture');
      await chat.log.locator('.image-attachment img').waitFor();
      await chat.sees('with a picture');
      await eventually(async () => (await chat.pending()).length === 0, { describe: 'it is sent' });
      await eventually(() => view.isAtEnd(), { describe: 'the picture is in sight' });

      // And above what people look at.
      const picture = chat.log.getByRole('listitem').filter({ hasText: 'with a picture' });
      await room.write(30, 'after');
      await chat.sees('after 30');
      await picture.scrollIntoViewIfNeeded();
      await chat.log.evaluate((element) => {
        const item = element.querySelector('.image-attachment')!.closest('li')!;
        element.scrollTop += item.getBoundingClientRect().bottom - element.getBoundingClientRect().top + 20;
      });
      const below = await view.watch();
      const other = await chat.newTab(room.path);
      await other.sees('with a picture');
      await other.log
        .getByRole('listitem')
        .filter({ hasText: 'with a picture' })
        .getByRole('button', { name: /^Actions/ })
        .click();
      await other.page.getByRole('button', { name: 'React with 🎉' }).click();
      await picture.getByRole('button', { name: /🎉/ }).waitFor({ state: 'attached' });
      expect(await below()).toBeLessThanOrEqual(STILL_PX);
      await other.page.close();

      // All of it can be read, and never more than some of it is in the page.
      await view.scrollToBeginning();
      expect(await view.rowCount()).toBeLessThanOrEqual(ROWS_MAX);
      expect(await view.readDown()).toEqual([...linesOf(220), ...linesOf(3, 'below'), 'with a picture', ...linesOf(30, 'after')]);
      expect(await view.rowCount()).toBeLessThanOrEqual(ROWS_MAX);
    });

  it('follows a link to a message: loads what is around it, marks it, and reads on from there', async () => {
    const chat = await web.register('Follower');
    await using room = await RoomHistory.create(web.url);
    await room.write(420);
    await chat.page.goto(`${web.url}${room.path}/100`);
    const target = chat.log.locator('[data-target=true]');
    await target.getByText('line 100', { exact: true }).waitFor();
    const [row, list] = [await target.boundingBox(), await chat.log.boundingBox()];
    const distance = row!.y + row!.height / 2 - (list!.y + list!.height / 2);
    expect(Math.abs(distance)).toBeLessThan(row!.height + 2);
    const read = await new MessageView(chat).readDown();
    expect(read).toEqual(linesOf(420).slice(-read.length));
    expect(read).toContain('line 90');

    // What does not exist leads nowhere.
    await chat.page.goto(`${web.url}${room.path}/5000`);
    await chat.sees('line 420');
    expect(await chat.log.locator('[data-target=true]').count()).toBe(0);
  });

  it('puts what one person writes within seven minutes under one name, and days under theirs; tells of a burst once', async () => {
    const reader = await web.register('Rita Reader');
    await using room = await RoomHistory.create(web.url);
    await room.write(5);
    const database = new pg.Client({ connectionString: web.product.databaseUrl() });
    await database.connect();
    // Four of them yesterday, at noon and 6, 8 and 14 minutes later.
    await database.query(
      `UPDATE messages.messages SET created_at = $2::timestamptz + (ARRAY[0, 6, 8, 14])[seq] * interval '1 minute' WHERE room_id = $1 AND seq <= 4`,
      [room.id, new Date(new Date().setHours(12, 0, 0, 0) - 86_400_000)],
    );
    await database.end();
    await reader.page.goto(web.url + room.path);
    await reader.sees('line 5');
    const rows = await reader.log.getByRole('listitem').evaluateAll((items) =>
      items.map((item) => {
        const seen = (what: string) => item.querySelector(what)?.textContent ?? '';
        return [seen('.divider'), seen('.message-sender'), seen('.message-text')];
      }),
    );
    expect(rows).toEqual([
      ['Yesterday', 'Somebody Else', 'line 1'],
      ['', '', 'line 2'],
      ['', 'Somebody Else', 'line 3'],
      ['', '', 'line 4'],
      ['Today', 'Somebody Else', 'line 5'],
    ]);

    const said = reader.page.locator('[aria-live=polite]').filter({ hasText: /new message/ });
    await room.write(40, 'burst');
    await said.getByText('40 new messages', { exact: true }).waitFor({ state: 'attached' });
    expect(await reader.log.getAttribute('aria-live')).toBe('off');
  });

  it('opens what is unread where it begins, says since when, and reads it only when it was seen', async () => {
    const reader = await web.register('Rita Reader');
    await using room = await RoomHistory.create(web.url);
    await room.write(2, 'early');
    await room.admit(reader);
    await reader.open(room.name);
    await reader.sees('early 2');
    await reader.open('general');
    await room.write(80, 'news');
    const entry = reader.conversation(room.name);
    await entry.getByText('80 unread').waitFor();
    await title(reader, /^• general/);
    expect(await icon(reader)).toBe('/favicon-unread.svg');
    await room.write(1, `@${reader.username} are you there?`);
    await entry.getByText('81 unread, 1 mention of you').waitFor();
    await title(reader, /^\(1\) general/);
    expect(await icon(reader)).toBe('/favicon-mention.svg');

    // The counter opens what it counts, and leads to the first of it.
    await reader.list.getByRole('button', { name: `Show what is unread in ${room.name}` }).click();
    const explanation = reader.page.getByRole('dialog', { name: `Unread in ${room.name}` });
    await explanation.getByText('81 unread messages, 1 mentions you').waitFor();
    const counted = explanation.getByRole('list', { name: 'Unread messages' }).getByRole('listitem');
    expect(await counted.allInnerTexts()).toEqual([expect.stringContaining('Mentions you')]);
    await explanation.getByLabel('Only messages that mention you').uncheck();
    await counted.filter({ hasText: 'news 1' }).first().waitFor();
    await explanation.getByRole('link', { name: 'Go to the first' }).click();
    await reader.log.locator('[data-target=true]').getByText('news 1', { exact: true }).waitFor();
    await reader.log.getByText(/^New since \d/).waitFor();
    expect(await reader.texts()).toContain('early 2');
    await entry.getByText('81 unread').waitFor();

    // Nobody is there: what is at the end is not read. Somebody is: it is.
    const setFocus = (isThere: boolean) =>
      reader.page.evaluate((answer) => {
        document.hasFocus = () => answer;
        dispatchEvent(new Event(answer ? 'focus' : 'blur'));
      }, isThere);
    await setFocus(false);
    await reader.page.getByRole('button', { name: /Newest messages/ }).click();
    await reader.sees('news 80');
    await room.write(1, 'are you?');
    await reader.sees('are you?');
    await entry.getByText('82 unread').waitFor();
    await setFocus(true);
    await eventually(async () => (await entry.getByText('unread').count()) === 0, { describe: 'all is read' });
    await title(reader, new RegExp(`^${room.name}`));
    expect(await icon(reader)).toBe('/favicon.svg');

    // Marked unread it stays so, though the end is in sight, until it is opened again.
    await reader.log
      .getByRole('listitem')
      .filter({ hasText: 'news 79' })
      .getByRole('button', { name: /^Actions/ })
      .click();
    await reader.page.getByRole('button', { name: 'Mark unread from here' }).click();
    await entry.getByText('4 unread').waitFor();
    await room.write(1, 'Hello?');
    await reader.sees('Hello?');
    await entry.getByText('5 unread').waitFor();
    await reader.open('general');
    await entry.getByText('5 unread').waitFor();
    await reader.open(room.name);
    await eventually(async () => (await entry.getByText('unread').count()) === 0, { describe: 'it is read' });
  });

  it('says what is new above, leads there, and marks it as read at a word', async () => {
    const reader = await web.register('Rita Reader', PHONE);
    await using room = await RoomHistory.create(web.url);
    await room.write(1, 'early');
    await room.admit(reader);
    await room.write(90, 'news');
    await reader.page.goto(`${web.url}/chat`);
    await reader.conversation(room.name).getByText('90 unread').waitFor();
    await reader.open(room.name);
    await reader.page.getByText(/^90 new messages since \d/).waitFor();
    expect(await axeFaultsInBothThemes(reader.page)).toEqual([]);
    await reader.page.getByRole('button', { name: 'Jump' }).click();
    const target = reader.log.locator('[data-target=true]');
    await target.getByText('news 1', { exact: true }).waitFor();
    expect(await axeFaultsInBothThemes(reader.page)).toEqual([]);
    await reader.page.getByText(/^90 new messages/).waitFor({ state: 'detached' });
    await reader.page.getByRole('button', { name: 'Newest messages' }).click();
    await target.waitFor({ state: 'detached' });

    await reader.page.getByRole('link', { name: 'Back to the conversations' }).click();
    await room.write(60, 'more');
    await reader.conversation(room.name).getByText('unread').waitFor();
    await reader.open(room.name);
    await reader.page.getByRole('button', { name: 'Mark as read' }).click();
    await reader.page.getByText(/new messages/).waitFor({ state: 'detached' });
    await reader.page.getByRole('link', { name: 'Back to the conversations' }).click();
    await eventually(async () => (await reader.conversation(room.name).getByText('unread').count()) === 0, { describe: 'it is read' });
  });
});
