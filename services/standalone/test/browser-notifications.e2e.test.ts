import { eventually } from '@parley/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './support/browser.js';
import { ChatPage, DESKTOP } from './support/chat-page.js';
import { deliverPush, giveDisplay, shownBy, workerOf } from './support/notification-display.js';
import { startProduct, type Product } from './support/product.js';

describe.concurrent('the web client as an application', { timeout: 45_000 }, () => {
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0' } });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  });

  const arrive = (name: string) => ChatPage.register(browser, product.url, name, DESKTOP, giveDisplay);
  const askForNotifications = async ({ page }: ChatPage) => {
    await page.getByRole('button', { name: 'Notifications', exact: true }).click();
    await page.getByRole('checkbox', { name: 'Show notifications' }).check();
    await page.keyboard.press('Escape');
  };

  it('tells of what is new in rooms that are not read, once over all tabs, and takes it back when it was read', async () => {
    const [alice, bob] = await Promise.all([arrive('Alice'), arrive('Bob')]);
    await alice.openDirect('Bob');
    await alice.send('before anybody asked');
    await bob.conversation('Alice').waitFor();
    await bob.open('general');
    await askForNotifications(bob);
    const other = await bob.newTab(bob.path);
    await other.conversation('Alice').waitFor();
    await alice.send('are you there?');
    const inBoth = async () => [...(await shownBy(bob.page)), ...(await shownBy(other.page))];
    await eventually(async () => expect(await inBoth()).toEqual([expect.objectContaining({ title: 'Alice (2)', body: 'are you there?' })]));
    await other.page.bringToFront();
    await other.open('Alice');
    await eventually(async () => expect(await inBoth()).toEqual([]));
    expect([...alice.complaints, ...bob.complaints, ...other.complaints]).toEqual([]);
    await Promise.all([alice.close(), bob.close()]);
  });

  it('mutes a room for a while, or until it is wanted again', async () => {
    const dora = await arrive('Dora');
    await dora.open('general');
    const { page } = dora;
    await page.getByRole('button', { name: 'Notifications of general' }).click();
    await page.getByRole('button', { name: '15 minutes' }).click();
    await page.getByText(/^Muted until \d/).waitFor();
    await page.getByRole('button', { name: 'Unmute' }).click();
    await page.getByRole('button', { name: 'Until I turn it back on' }).click();
    await page.getByText('Muted until you turn it back on.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Notifications of general: off' }).waitFor();
    expect(dora.complaints).toEqual([]);
    await dora.close();
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
      navigate: product.url + path,
      data: { path },
    };
    await deliverPush(page, product.url, { web_push: 8030, notification });
    await eventually(async () => expect(await shownBy(worker)).toEqual([{ title: 'Bob · <i>room</i>', body: '<b>hello</b>', tag, path }]));
    await deliverPush(page, product.url, { read: [tag] });
    await eventually(async () => expect(await shownBy(worker)).toEqual([]));
    expect(carol.complaints).toEqual([]);
    await carol.close();
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
    await gina.close();
  });
});
