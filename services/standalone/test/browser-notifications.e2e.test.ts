import { eventually } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { axeFaultsInBothThemes } from './support/axe-faults.js';
import { useBrowserProduct } from './support/browser-product.js';
import { ChatPage, DESKTOP } from './support/chat-page.js';
import { clickOn, deliverPush, giveDisplay, notesOf, shownBy, workerOf } from './support/notification-display.js';

describe.concurrent('the web client as an application', { timeout: 45_000 }, () => {
  const web = useBrowserProduct();

  const arrive = (name: string) => web.register(name, DESKTOP, giveDisplay);
  const askForNotifications = async ({ page }: ChatPage, ...also: string[]) => {
    await page.getByRole('button', { name: 'Notifications', exact: true }).click();
    for (const name of ['Show notifications', ...also]) await page.getByRole('checkbox', { name }).check();
    expect(await axeFaultsInBothThemes(page)).toEqual([]);
    await page.keyboard.press('Escape');
  };

  it('tells of what is new in rooms that are not read, once over all tabs, and takes it back when it was read', async () => {
    const [alice, bob] = await Promise.all([arrive('Alice'), arrive('Bob')]);
    await alice.openDirect('Bob');
    await bob.open('general');
    expect(await notesOf(bob.page)).toBe(0);
    await askForNotifications(bob, 'Play a sound');
    await eventually(async () => expect(await notesOf(bob.page)).toBe(2));
    const other = await bob.newTab(bob.path);
    await other.open('general');
    await alice.send('are you there?');
    const inBoth = async () => [...(await shownBy(bob.page)), ...(await shownBy(other.page))];
    await eventually(async () => expect(await inBoth()).toEqual([expect.objectContaining({ title: 'Alice', body: 'are you there?' })]));
    await eventually(async () => expect((await notesOf(bob.page)) + (await notesOf(other.page))).toBe(4));
    await other.page.bringToFront();
    await other.open('Alice');
    await eventually(async () => expect(await inBoth()).toEqual([]));
  });

  it('brings up room and message of a clicked notification, in the tab that is there', async () => {
    const [writer, reader] = await Promise.all([arrive('Walter'), arrive('Rosa')]);
    await Promise.all([writer.openDirect('Rosa'), reader.open('general')]);
    await askForNotifications(reader);
    const worker = await workerOf(reader.page);
    await writer.send('over here');
    await eventually(async () => expect(await shownBy(reader.page)).toHaveLength(1));
    const [shown] = await shownBy(reader.page);
    expect(await clickOn(worker, shown!)).toBeUndefined();
    await reader.log.locator('[data-target=true]').getByText('over here').waitFor();
    expect(reader.path).toBe(shown!.path);
    await reader.page.getByRole('heading', { level: 1, name: 'Walter' }).waitFor();
    await eventually(async () => expect(await shownBy(reader.page)).toEqual([]));
  });

  it('opens room and message of a clicked notification when all tabs are closed', async () => {
    const [writer, reader] = await Promise.all([arrive('Wilma'), arrive('Rudi')]);
    await writer.openDirect('Rudi');
    await writer.send('nobody there?');
    await reader.conversation('Wilma').waitFor();
    const worker = await workerOf(reader.page);
    const elsewhere = await reader.page.context().newPage();
    await reader.page.close();
    const [tag, path] = [writer.path.split('/').at(-1)!, `${writer.path}/1`];
    const notification = { title: 'Wilma', body: 'nobody there?', tag, dir: 'auto', navigate: web.url + path, data: { path } };
    await deliverPush(elsewhere, web.url, { web_push: 8030, notification });
    await eventually(async () => expect(await shownBy(worker)).toHaveLength(1));
    const [shown] = await shownBy(worker);
    expect(await clickOn(worker, shown!)).toBe(path);
    const tab = await reader.newTab(path);
    await tab.log.locator('[data-target=true]').getByText('nobody there?').waitFor();
  });

  it('mutes a room for a while, or until it is wanted again', async () => {
    const dora = await arrive('Dora');
    await dora.open('general');
    const { page } = dora;
    await page.getByRole('button', { name: 'Notifications of general' }).click();
    await page.getByRole('button', { name: '15 minutes' }).click();
    await page.getByText(/^Muted until \d/).waitFor();
    expect(await axeFaultsInBothThemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Unmute' }).click();
    await page.getByRole('button', { name: 'Until I turn it back on' }).click();
    await page.getByText('Muted until you turn it back on.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Notifications of general: off' }).waitFor();
    expect(await dora.conversation('general').getAttribute('data-quiet')).toBe('true');
  });

  it('shows what is pushed as text, and takes away what was read elsewhere', async () => {
    const carol = await arrive('Carol');
    const { page } = carol;
    const worker = await workerOf(page);
    await page.goto('about:blank'); // whoever has the chat before his eyes is told by the page
    const tag = '0190a0a0-0000-7000-8000-000000000001';
    const path = `/chat/${tag}/7`;
    const notification = {
      title: 'Bob · <i>room</i>',
      body: '<b>hello</b>',
      tag,
      dir: 'auto',
      navigate: web.url + path,
      data: { path },
    };
    await deliverPush(page, web.url, { web_push: 8030, notification });
    await eventually(async () => expect(await shownBy(worker)).toEqual([{ title: 'Bob · <i>room</i>', body: '<b>hello</b>', tag, path }]));
    await deliverPush(page, web.url, { read: [tag] });
    await eventually(async () => expect(await shownBy(worker)).toEqual([]));
  });

  it('can be installed, and keeps its first screen for times without a network, and nothing that belongs to anybody', async () => {
    const gina = await arrive('Gina');
    const { page } = gina;
    await workerOf(page);
    const cdp = await page.context().newCDPSession(page);
    expect(await cdp.send('Page.getAppManifest')).toMatchObject({ errors: [] });
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
    await gina.open('general');
    await page.reload();
    await gina.conversation('general').waitFor();
    const kept = await page.evaluate(async () => {
      const caching = (await caches.keys()).map(async (name) => (await caches.open(name)).keys());
      return (await Promise.all(caching)).flat().map(({ url }) => new URL(url).pathname);
    });
    expect(kept.length).toBeGreaterThan(3);
    expect(kept.filter((file) => file !== '/login' && !file.startsWith('/assets/'))).toEqual([]);
    await page.context().setOffline(true);
    await page.reload();
    await page.locator('#root > *').first().waitFor();
    expect(await page.locator('#root').innerText()).toMatch(/Parley|offline|reach/i);
  });
});
