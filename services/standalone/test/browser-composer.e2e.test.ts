import { eventually } from '@parley/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { axeFaultsInBothThemes } from './support/axe-faults.js';
import { useBrowserProduct } from './support/browser-product.js';
import { ChatPage, PHONE } from './support/chat-page.js';

describe('writing in the web client', () => {
  const web = useBrowserProduct();
  let ann: ChatPage;
  let ben: ChatPage;

  beforeAll(async () => {
    [ann, ben] = await Promise.all([web.register('Ann Writer'), web.register('Ben Reader')]);
    for (const chat of [ann, ben]) await chat.open('general');
  });

  const last = (chat: ChatPage) => chat.log.locator('.message-text').last();

  it('shows marks as elements, covers spoilers, colours code, and fetches nothing from elsewhere', async () => {
    await ben.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await ann.send(
      [
        '**bold** _soft_ ~~gone~~ `x < y` ||the butler|| #general',
        '> well said',
        '',
        '1. [words](https://example.org/a)',
        '2. ![cat](https://example.org/cat.png) <img src=x onerror=alert(1)>',
        '```ts',
        'const a = "<b>";',
        '```',
      ].join('\n'),
    );
    await ben.log.getByText('well said').waitFor();
    const text = last(ben);
    expect(await text.locator('strong').innerText()).toBe('bold');
    expect(await text.locator('em').innerText()).toBe('soft');
    expect(await text.locator('s').innerText()).toBe('gone');
    expect(await text.locator('blockquote').innerText()).toBe('well said');
    expect(await text.locator('ol > li').count()).toBe(2);
    expect(await text.locator('ol').evaluate((list) => getComputedStyle(list).listStyleType)).toBe('decimal');
    expect(await text.locator('img').count()).toBe(0);
    const links = await text
      .locator('a[target=_blank]')
      .evaluateAll((all) => all.map((link) => [link.textContent, link.getAttribute('href'), link.getAttribute('rel')]));
    expect(links).toEqual([
      ['words', 'https://example.org/a', 'noopener noreferrer nofollow ugc'],
      ['cat', 'https://example.org/cat.png', 'noopener noreferrer nofollow ugc'],
    ]);
    await text.getByRole('link', { name: '#general' }).waitFor();
    await text.locator('.hljs-keyword').getByText('const').waitFor();
    expect(await axeFaultsInBothThemes(ben.page)).toEqual([]);

    await text.getByRole('button', { name: 'Copy the code' }).click();
    const copied = () => ben.page.evaluate(() => navigator.clipboard.readText());
    await eventually(async () => expect(await copied()).toBe('const a = "<b>";'));
    // As on plain http in a house's own network.
    await ben.page.evaluate(async () => {
      await navigator.clipboard.writeText('something else');
      Object.defineProperty(window, 'isSecureContext', { value: false });
    });
    await text.getByRole('button', { name: 'Copy the code' }).click();
    await eventually(async () => expect(await copied()).toBe('const a = "<b>";'));
    expect(await text.getByText('the butler').isVisible()).toBe(false);
    await text.getByRole('button', { name: 'Show the spoiler' }).click();
    await text.getByText('the butler').waitFor();

    // Where there is one line only, there are no marks, and the spoiler stays covered.
    await ann.openDirect('Ben Reader');
    await ann.send('**psst** ||you||');
    await ben.list.getByText('psst ▒▒▒').waitFor();
    await ann.open('general');
  });

  /** A call of the public API with the token of whoever sits there. */
  const api = (chat: ChatPage, method: string, path: string, body?: object) =>
    chat.page.evaluate(
      async ([how, where, what]) => {
        const { accessToken } = (await (await fetch('/api/refresh', { method: 'POST' })).json()) as { accessToken: string };
        const headers = { authorization: `Bearer ${accessToken}`, ...(what === undefined ? {} : { 'content-type': 'application/json' }) };
        const answer = await fetch(where!, { method: how!, headers, ...(what === undefined ? {} : { body: what }) });
        return (answer.status === 204 ? {} : await answer.json()) as Record<string, string>;
      },
      [method, path, body === undefined ? undefined : JSON.stringify(body)] as const,
    );
  const value = (chat: ChatPage) => chat.composer.inputValue();

  it('completes people, rooms and emoji with the keyboard, marks the selection, and undoes it', async () => {
    await ann.open('general');
    const option = (name: string) => ann.page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option', { name });
    await ann.composer.pressSequentially('hi @Ben');
    await option('Ben Reader').waitFor();
    expect(await axeFaultsInBothThemes(ann.page)).toEqual([]);
    await ann.page.keyboard.press('Enter');
    expect(await value(ann)).toBe(`hi @${ben.username} `);
    await ann.composer.pressSequentially('#gene');
    await option('general').waitFor();
    await ann.page.keyboard.press('Escape');
    await option('general').waitFor({ state: 'detached' });
    await ann.composer.pressSequentially('r');
    expect(await ann.page.getByRole('listbox', { name: 'Suggestions' }).count()).toBe(0);
    await ann.composer.pressSequentially(' :party_pop');
    await option('Party popper').waitFor();
    await ann.page.keyboard.press('Tab');
    expect(await value(ann)).toBe(`hi @${ben.username} #gener 🎉 `);

    await ann.composer.fill('bold words');
    await ann.composer.evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(0, 4));
    await ann.page.keyboard.press('Control+b');
    expect(await value(ann)).toBe('**bold** words');
    await ann.page.keyboard.press('Control+i');
    expect(await value(ann)).toBe('**_bold_** words');
    await ann.page.keyboard.press('Control+z');
    expect(await value(ann)).toBe('**bold** words');
    await ann.page.keyboard.press('End');
    await ann.page.keyboard.press('Shift+Enter');
    await ann.composer.pressSequentially('second line');
    await ann.page.keyboard.press('Enter');
    await ben.sees('bold words\nsecond line');
    expect(await value(ann)).toBe('');
  });

  it('edits the last own message with Up, and leaves it with Esc', async () => {
    await ann.send('Helo there');
    await ben.sees('Helo there');
    await ann.composer.focus();
    await ann.page.keyboard.press('ArrowUp');
    const field = ann.page.getByRole('textbox', { name: 'Text of the message' });
    expect(await field.inputValue()).toBe('Helo there');
    await ann.page.keyboard.press('Escape');
    expect(await value(ann)).toBe('');
    await ann.page.keyboard.press('ArrowUp');
    await field.fill('Hello there');
    await ann.page.keyboard.press('Enter');
    await ben.sees('Hello there');

    // Deleted meanwhile: the new words are not.
    await ann.page.keyboard.press('ArrowUp');
    await field.fill('Hello again');
    await ann.page.evaluate(async (path) => {
      const { accessToken } = (await (await fetch('/api/refresh', { method: 'POST' })).json()) as { accessToken: string };
      const call = async (address: string, method = 'GET') =>
        fetch(`/api/chat/rooms/${path.split('/')[2]!}/messages${address}`, { method, headers: { authorization: `Bearer ${accessToken}` } });
      const { messages } = (await (await call('?limit=1')).json()) as { messages: { id: string }[] };
      await call(`/${messages[0]!.id}`, 'DELETE');
    }, ann.path);
    await ann.list.getByText('This message was deleted.').waitFor();
    await ann.page.keyboard.press('Enter');
    await ann.page.getByText('The message was deleted.').waitFor();
    expect(await field.inputValue()).toBe('Hello again');
    await ann.page.keyboard.press('Escape');
  });

  it('leaves all keys to an input method while it composes', async () => {
    const cdp = await ann.page.context().newCDPSession(ann.page);
    const compose = (text: string) => cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    const commit = (text: string) => cdp.send('Input.insertText', { text });
    /** `229`: as Safari tells of the Enter that ends a composition, when that is over. */
    const press = (key: string, windowsVirtualKeyCode: number) =>
      cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: key, windowsVirtualKeyCode });
    await ann.open('general');
    await ann.composer.focus();
    await compose('にほ');
    await press('ArrowUp', 38);
    expect(await ann.page.getByRole('textbox', { name: 'Text of the message' }).count()).toBe(0);
    await press('Enter', 13);
    expect(await value(ann)).toBe('にほ');
    await commit('日本');
    await press('Enter', 229);
    expect(await value(ann)).toBe('日本');
    await press('Enter', 13);
    await ben.sees('日本');
    expect(await value(ann)).toBe('');

    const option = ann.page.getByRole('option', { name: 'Ben Reader' });
    await commit('@');
    await compose('Ben');
    await option.waitFor();
    await press('Enter', 13);
    await press('Enter', 229);
    expect(await value(ann)).toBe('@Ben');
    await commit('Ben');
    await option.waitFor();
    await press('Enter', 13);
    expect(await value(ann)).toBe(`@${ben.username} `);
    await ann.composer.fill('');
    expect((await ben.texts()).filter((text) => /[にほ日本]/.test(text))).toEqual(['日本']);
  });

  it('keeps what was begun, over rooms, tabs and reloads', async () => {
    await ann.composer.fill('half a thought');
    const tab = await ann.newTab(ann.path);
    await eventually(async () => (await value(tab)) === 'half a thought');
    await tab.composer.fill('half a thought, and more');
    await eventually(async () => (await value(ann)) === 'half a thought, and more');
    await ann.openDirect('Ben Reader');
    await ann.conversation('general').getByText('Draft').waitFor();
    await ann.page.reload();
    await ann.conversation('general').getByText('Draft').waitFor();
    await eventually(async () => JSON.stringify(await api(ann, 'GET', '/api/chat/drafts')).includes('and more'));
    await ann.open('general');
    expect(await value(ann)).toBe('half a thought, and more');
    await ann.page.keyboard.press('Enter');
    await ben.sees('half a thought, and more');
    await eventually(async () => (await value(tab)) === '');
    await tab.page.close();
  });

  it('grows with what is written, up to a part of the screen, counts near the end, and sends what is too long as a file', async () => {
    const heightOf = async (lines: number) => {
      await ann.composer.fill('x\n'.repeat(lines - 1));
      return (await ann.composer.boundingBox())!.height;
    };
    const [one, four, hundred] = [await heightOf(1), await heightOf(4), await heightOf(100)];
    expect(four).toBeGreaterThan(2 * one);
    expect(hundred).toBeGreaterThan(four);
    expect(hundred).toBeLessThan(400);
    await ann.composer.fill('x'.repeat(3_950));
    await ann.page.getByText('50 left').waitFor();
    await ann.composer.fill(`long ${'y'.repeat(4_000)}`);
    await ann.page.getByText('5 characters too many').waitFor();
    expect(await ann.page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
    await ann.page.getByRole('button', { name: 'Send as a text file' }).click();
    await ann.drafts.getByText('message.txt').waitFor();
    expect(await value(ann)).toBe('');
    await eventually(() => ann.page.getByRole('button', { name: 'Send', exact: true }).isEnabled());
    await ann.page.getByRole('button', { name: 'Send', exact: true }).click();
    await ben.log.getByRole('link', { name: 'message.txt' }).waitFor();
  });

  it('keeps text and picked files without a connection and over a reload, and sends them in order', async () => {
    await ann.page.context().setOffline(true);
    await ann.page.getByText(/This device is offline/).waitFor();
    const file = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(`this is ${name}`) });
    await ann.page.locator('input[type=file]').setInputFiles([file('one.txt'), file('two.txt')]);
    await ann.send('with two files');
    await ann.send('and a word');
    await ann.log.locator('[data-state=queued]').getByText('two.txt').waitFor();
    // Picked, and not sent yet.
    await ann.page.locator('input[type=file]').setInputFiles([file('three.txt')]);
    await ann.drafts.getByText('three.txt').waitFor();
    expect(await ann.pending()).toEqual(['with two files', 'and a word']);

    // The page itself comes from the server: the other one of the two is still there.
    await ann.page.context().setOffline(false);
    const path = ann.path;
    await ann.page.goto('about:blank');
    await ann.page.goto(web.url + path);
    await ben.log.getByRole('link', { name: 'two.txt' }).waitFor();
    await ben.sees('with two files', 'and a word');
    expect((await ben.texts()).slice(-2)).toEqual(['with two files', 'and a word']);
    await ann.drafts.getByText('three.txt').waitFor();
    await ann.drafts.locator('[data-state=ready]').waitFor();
    await ann.page.getByRole('button', { name: 'Send', exact: true }).click();
    await ben.log.getByRole('link', { name: 'three.txt' }).waitFor();
    expect(await ben.log.getByRole('link', { name: /^(one|two|three)\.txt/ }).count()).toBe(3);
  });

  it('makes a line with Enter on a phone, where suggestions are for the finger', async () => {
    const phone = await web.register('Pia Phone', PHONE);
    await phone.open('general');
    await phone.composer.tap();
    await phone.composer.pressSequentially('one');
    await phone.page.keyboard.press('Enter');
    await phone.composer.pressSequentially('@Ann');
    await phone.page.getByRole('option', { name: 'Ann Writer' }).tap();
    expect(await value(phone)).toMatch(/^one\n@web\S+ $/);
    await phone.page.getByRole('button', { name: 'Send', exact: true }).tap();
    await ann.log.getByText('mentions you').last().waitFor({ state: 'attached' });
    expect(await axeFaultsInBothThemes(phone.page)).toEqual([]);
  });

  it('says why nothing can be sent: slow mode, and being muted', async () => {
    const { id } = await api(ann, 'POST', '/api/chat/rooms', { name: 'Slow lane' });
    await api(ann, 'PATCH', `/api/chat/rooms/${id}`, { slowModeSeconds: 600 });
    await api(ben, 'POST', `/api/chat/rooms/${id}/join`);
    await ben.open('Slow lane');
    await ben.send('once');
    await ben.page.getByText(/^Slow mode: you can send again in (10:00|9:\d\d)\.$/).waitFor();
    await ben.composer.fill('twice');
    await ben.page.keyboard.press('Enter');
    expect(await value(ben)).toBe('twice');
    const { id: benId } = await api(ben, 'GET', '/api/me');
    await api(ann, 'PATCH', `/api/chat/rooms/${id}/members/${benId}`, { mutedUntil: new Date(Date.now() + 3_600_000).toISOString() });
    await ben.page.getByText(/^You are muted in this room until /).waitFor();
    await ben.page.reload();
    await ben.page.getByText(/^You are muted in this room until /).waitFor();
    await ben.open('general');
  });
});
