import { eventually, TEST_PASSWORD, uniqueRoomName, uniqueUsername } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { useBrowserProduct } from './support/browser-product.js';
import { ChatPage, DESKTOP, PHONE } from './support/chat-page.js';
import { MessageView } from './support/message-view.js';
import { textFile } from './support/sample-files.js';
import { linesOf, RoomHistory } from './support/room-history.js';

/** Short enough that every longer test lives through renewals of its token. */
const TOKEN_SECONDS = 8;

describe('the web client in a browser', () => {
  const web = useBrowserProduct({ env: () => ({ PARLEY_ACCESS_TOKEN_SECONDS: String(TOKEN_SECONDS) }) });

  it('lets two people register, talk in general and in private, reload, and see the history', async () => {
    const [alice, bob] = [await web.register('Alice Liddell'), await web.register('Bob Baumeister')];
    await alice.open('general');
    await bob.open('general');
    await alice.send('Hello from Alice\nin two lines');
    await bob.sees('Hello from Alice\nin two lines');
    await bob.composer.pressSequentially('Hel');
    const typing = alice.page.getByText('Bob Baumeister is typing…');
    await typing.waitFor();
    await bob.send('Hello Alice');
    await alice.sees('Hello Alice');
    await typing.waitFor({ state: 'detached' });
    expect(await alice.log.locator('.message').filter({ hasText: 'Hello Alice' }).locator('img.avatar').getAttribute('src')).toMatch(
      /^\/api\/users\/.+\/avatar/,
    );

    await alice.openDirect('Bob Baumeister');
    await alice.send('A word in private');
    const unread = bob.conversation('Alice Liddell');
    await unread.getByText('A word in private').waitFor();
    await unread.getByText('1 unread').waitFor();
    const boxOf = (name: string) => bob.list.getByRole('button', { name }).boundingBox();
    const [more, mark] = [(await boxOf('Actions for Alice Liddell'))!, (await boxOf('Show what is unread in Alice Liddell'))!];
    expect(more.y + more.height).toBeLessThanOrEqual(mark.y); // each is hit where it is seen
    expect(Math.min(more.width, more.height, mark.width, mark.height)).toBeGreaterThanOrEqual(24);
    await eventually(async () => (await bob.page.title()).startsWith('(1) general'), { describe: 'the title counts' });
    await bob.open('Alice Liddell');
    await bob.sees('A word in private');
    await bob.send('I hear you');
    await alice.sees('I hear you');
    await eventually(async () => (await unread.getByText('unread').count()) === 0, { describe: 'the badge is gone' });

    for (const chat of [alice, bob]) {
      // Half a second in sight makes it read.
      await allRead(chat);
      await chat.page.reload();
      await chat.sees('A word in private', 'I hear you');
      await chat.open('general');
      await chat.sees('Hello from Alice\nin two lines', 'Hello Alice');
      await allRead(chat);
    }
  });

  it('shows a generated password once, and lets its owner in with it', async () => {
    const context = await web.browser.newContext({ ...DESKTOP, permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    const username = uniqueUsername('web');
    await page.goto(web.url);
    await page.waitForURL('**/login');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('User name').fill(username);
    await page.getByRole('button', { name: 'Create account' }).click();
    const password = await page.getByLabel('Your password').inputValue();
    expect(password.length).toBeGreaterThanOrEqual(16);
    await page.getByRole('button', { name: 'Copy password' }).click();
    await page.getByText('Copied.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(password);
    await page.getByRole('button', { name: 'I have saved it' }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.waitForURL('**/login');
    await page.goto(`${web.url}/chat`);
    await page.waitForURL('**/login');
    await page.getByLabel('User name').fill(username);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').getByText('User name or password is wrong.').waitFor();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('heading', { name: 'general' }).waitFor();
    await context.close();
  });

  it('says what is wrong with a registration', async () => {
    const taken = await web.register('Somebody');
    const page = await taken.page.context().newPage();
    await page.goto(`${web.url}/register`);
    await page.getByLabel('User name').fill(taken.username);
    await page.getByLabel('Password').fill(TEST_PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('This user name is taken.').waitFor();
    expect(await page.getByLabel('User name').evaluate((field) => field === document.activeElement && field.ariaInvalid)).toBe('true');
    await page.getByLabel('User name').fill(uniqueUsername('web'));
    await page.getByLabel('Password').fill('short');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('8 to 256 characters.').waitFor();
    expect(await page.getByLabel('Password').getAttribute('aria-invalid')).toBe('true');
  });

  it('creates a room, finds it, looks into it before joining, joins and leaves it', async () => {
    const [alice, bob] = [await web.register('Alice'), await web.register('Bob')];
    const name = uniqueRoomName('Garden');
    await alice.page.getByRole('button', { name: 'New room' }).click();
    await alice.page.getByLabel('Name', { exact: true }).fill(name);
    await alice.page.getByLabel('Topic').fill('Roses and beans');
    await alice.page.getByRole('button', { name: 'Create room' }).click();
    await alice.page.getByRole('heading', { level: 1, name }).waitFor();
    await alice.send('Welcome to the garden');
    await alice.sees('Welcome to the garden');

    await bob.page.getByRole('button', { name: 'Rooms', exact: true }).click();
    await bob.page.getByRole('searchbox', { name: 'Search rooms' }).fill(name);
    await bob.page.getByRole('dialog').getByText('Roses and beans').click();
    await bob.sees('Welcome to the garden');
    expect(await bob.composer.count()).toBe(0);
    await bob.page.getByRole('button', { name: 'Join room' }).click();
    await alice.log.getByText('Bob joined.').waitFor();
    await bob.log.getByText('You joined.').waitFor();
    await bob.send('I brought a spade');
    await alice.sees('I brought a spade');
    await bob.sees('I brought a spade');
    await alice.page.getByText('2 members').waitFor();
    const lines = ({ log }: ChatPage) => log.locator('.message-text, .member-notice').allInnerTexts();
    expect(await lines(alice)).toEqual(['Welcome to the garden', 'Bob joined.', 'I brought a spade']);
    expect(await lines(bob)).toEqual(['Welcome to the garden', 'You joined.', 'I brought a spade']);
    await bob.page.getByRole('button', { name: `Leave ${name}` }).click();
    await bob.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await eventually(async () => (await bob.conversation(name).count()) === 0, { describe: 'the room leaves the list' });
    await alice.log.getByText('Bob left.').waitFor();
    expect((await lines(alice)).slice(1)).toEqual(['Bob joined.', 'I brought a spade', 'Bob left.']);
    await alice.open('general');
    await alice.open(name);
    await alice.sees('I brought a spade');
    expect(await lines(alice)).toEqual(['Welcome to the garden', 'I brought a spade']);
  });

  it('fills in what is missing after a long absence, before it comes into sight', async () => {
    const chat = await web.register('Traveller');
    await using room = await RoomHistory.create(web.url);
    await room.write(3, 'early');
    await chat.page.goto(web.url + room.path);
    await chat.sees('early 3');
    await chat.open('general');
    await room.write(260, 'late');
    await chat.page.goBack();
    await chat.sees('late 260');
    const view = new MessageView(chat);
    await view.scrollToBeginning();
    expect(await view.readDown()).toEqual([...linesOf(3, 'early'), ...linesOf(260, 'late')]);
  });

  it('lets people retry or discard what the server refused', async () => {
    const chat = await web.register('Refused');
    let isRefusing = true;
    await chat.page.routeWebSocket(/socket\.io/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((frame) => {
        const ackId = /^42(\d+)\["message:send"/.exec(String(frame))?.[1];
        if (ackId === undefined || !isRefusing) return server.send(frame);
        socket.send(`43${ackId}[{"ok":false,"error":{"code":"MUTED","message":"You are muted in this room.","retryable":false}}]`);
      });
    });
    await chat.page.reload();
    await chat.open('general');
    await chat.send('try again');
    await chat.send('never mind');
    const failed = (text: string) => chat.log.getByRole('listitem').filter({ hasText: text });
    await failed('try again').getByText('Not sent. You are muted in this room.').waitFor();
    await chat.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await failed('never mind').getByRole('button', { name: 'Copy' }).click();
    await eventually(async () => expect(await chat.page.evaluate(() => navigator.clipboard.readText())).toBe('never mind'));
    await chat.page.getByText('Copied.').waitFor();
    await failed('never mind').getByRole('button', { name: 'Discard' }).click();
    await eventually(async () => !(await chat.texts()).includes('never mind'), { describe: 'the message is gone' });
    await chat.page.reload();
    await failed('try again').getByRole('alert').waitFor();
    isRefusing = false;
    await failed('try again').getByRole('button', { name: 'Retry' }).click();
    await eventually(async () => (await chat.pending()).length === 0, { describe: 'nothing is left to send' });
    expect((await chat.texts()).filter((text) => text === 'try again')).toHaveLength(1);
    expect(await chat.texts()).not.toContain('never mind');
  });

  it('shows hostile text as text', async () => {
    const hostile = `<img src=x onerror="alert(1)"><script>alert(2)</script> javascript:alert(3) [x](javascript:alert(4)) https://ok.example/"onmouseover="alert(5)`;
    const alice = await web.register('<b onclick=alert(1)>Eve</b>');
    await alice.open('general');
    await alice.send(hostile);
    await alice.sees(hostile);
    expect(
      await alice.log
        .locator('.message-text')
        .last()
        .locator('p > *')
        .evaluateAll((elements) => elements.map((element) => element.outerHTML)),
    ).toEqual(['<a href="https://ok.example/" target="_blank" rel="noopener noreferrer nofollow ugc">https://ok.example/</a>']);
    await alice.page.getByText('<b onclick=alert(1)>Eve</b>').first().waitFor();

    const [room, topic] = [`<img src=x onerror=alert(6)> ${uniqueRoomName()}`, '<script>alert(7)</script>'];
    await alice.page.getByRole('button', { name: 'New room' }).click();
    await alice.page.getByLabel('Name', { exact: true }).fill(room);
    await alice.page.getByLabel('Topic').fill(topic);
    await alice.page.getByRole('button', { name: 'Create room' }).click();
    await alice.page.getByRole('heading', { level: 1, name: room }).waitFor();
    await alice.page.getByText(topic).first().waitFor();
    await alice.attach(textFile('<svg onload=alert(8)>.txt', 'text'));
    await alice.send('with a file');
    await alice.log
      .getByText(/svg onload=alert/)
      .first()
      .waitFor();
    expect(await alice.page.locator('script:not([src]), [onerror], [onload], [onclick]').count()).toBe(0);

    // And if it ever came into the page it would not run.
    expect(alice.complaints).toEqual([]);
    const effects = await alice.page.evaluate(() => {
      const [script, style] = [document.createElement('script'), document.createElement('style')];
      script.append('document.title = "taken over"');
      style.append('body { display: none }');
      document.body.append(script, style);
      return [document.title.includes('taken over'), getComputedStyle(document.body).display === 'none'];
    });
    expect(effects).toEqual([false, false]);
    const refused = (what: string) => alice.complaints.some((complaint) => complaint.includes(what));
    await eventually(() => refused('TrustedScript') && refused('style-src'), { describe: 'the policy has refused both' });
    expect(alice.complaints.splice(0).filter((complaint) => !/TrustedScript|Content Security Policy/.test(complaint))).toEqual([]);
  });

  it('works on a phone: one column, a way back, nothing wider than the screen', async () => {
    const [phone, desk] = [await web.register('Phone', PHONE), await web.register('Desk')];
    await phone.conversation('general').waitFor();
    expect(phone.path).toBe('/chat');
    await phone.open('general');
    expect(await phone.list.isVisible()).toBe(false);
    await phone.send('From the phone');
    await desk.open('general');
    await desk.sees('From the phone');
    const overflow = () => phone.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overflow()).toBe(0);
    const lowest = (what: string) =>
      phone.page.locator(what).evaluateAll((elements) => Math.min(...elements.map((element) => element.getBoundingClientRect().height)));
    expect(await lowest('button:not(.profile-button):visible, a.icon-button:visible, textarea:visible')).toBeGreaterThanOrEqual(44);
    expect(await lowest('.profile-button:visible')).toBeGreaterThanOrEqual(24); // the picture and the name beside it do the same
    await phone.page.getByRole('link', { name: 'Back to the conversations' }).click();
    await phone.conversation('general').getByText('From the phone').waitFor();
    expect(await overflow()).toBe(0);
  });

  it('stays connected beyond the life of its token, and ends in every tab at once', async () => {
    const chat = await web.register('Patient');
    await chat.open('general');
    const other = await chat.newTab('/chat');
    await other.open('general');
    let connections = 0;
    const tokens = new Set<string>();
    for (const { page } of [chat, other]) {
      page.on('websocket', () => (connections += 1));
      page.on('response', (response) => {
        if (!response.url().endsWith('/api/refresh')) return;
        response.json().then(
          (body: { accessToken: string }) => tokens.add(body.accessToken),
          () => undefined,
        );
      });
    }
    await eventually(() => tokens.size > 2, { timeoutMs: 6 * TOKEN_SECONDS * 1000, describe: 'the token was renewed again and again' });
    await other.send('Still here');
    await chat.sees('Still here');
    expect(connections).toBe(0);

    await chat.page.getByRole('button', { name: 'Log out' }).click();
    await chat.page.waitForURL('**/login');
    await other.page.waitForURL('**/login*');
  });

  /** All but what came while another room was open. */
  async function allRead(chat: ChatPage): Promise<void> {
    const current = chat.list.locator('[aria-current=page]');
    await eventually(async () => (await current.getByText('unread').count()) === 0, { describe: `${chat.name} has read what is open` });
  }
});
