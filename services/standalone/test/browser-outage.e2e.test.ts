import { eventually } from '@parley/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBrowserProduct } from './support/browser-product.js';
import { ChatPage } from './support/chat-page.js';

/** Client back-off (at most 30 s) plus the start of the server. */
const BACK_MS = 45_000;

describe('the web client while the server is away', () => {
  const web = useBrowserProduct();
  let alice: ChatPage;
  let bob: ChatPage;

  beforeAll(async () => {
    alice = await web.register('Alice');
    bob = await web.register('Bob');
    for (const chat of [alice, bob]) await chat.open('general');
  });

  const settled = (chat: ChatPage) =>
    eventually(async () => (await chat.pending()).length === 0, { timeoutMs: BACK_MS, describe: 'nothing is on its way any more' });

  it('keeps messages that are written meanwhile and sends each once, in order', async () => {
    await alice.send('before');
    await bob.sees('before');
    await web.product.kill({ withDatabase: true });
    await alice.page.getByText(/Connecting|Trying again/).waitFor();
    for (const text of ['one', 'two', 'three']) await alice.send(text);
    expect(await alice.texts()).toEqual(['before', 'one', 'two', 'three']);
    expect(await alice.pending()).toEqual(['one', 'two', 'three']);
    await web.product.start();
    await alice.page
      .getByRole('button', { name: 'Try now' })
      .click({ timeout: 2_000 })
      .catch(() => undefined);
    await settled(alice);
    await eventually(async () => expect(await bob.texts()).toEqual(['before', 'one', 'two', 'three']), { timeoutMs: BACK_MS });
    expect(await alice.texts()).toEqual(['before', 'one', 'two', 'three']);
    await alice.page.getByText('Back online.').waitFor({ state: 'hidden' });
  });

  it('still has them after a reload, and sends them then', async () => {
    await alice.page.context().setOffline(true);
    await web.product.kill();
    await alice.page.getByText(/This device is offline/).waitFor();
    await alice.send('written offline');
    await eventually(async () => (await alice.pending()).includes('written offline'), { describe: 'the message is on screen' });
    const path = alice.path;
    await web.product.start();
    await alice.page.context().setOffline(false);
    // A new page takes over what the old one left, whether or not that had the time to send it.
    const { page } = alice;
    alice = await alice.newTab(path);
    await page.close();
    await alice.sees('written offline');
    await settled(alice);
    await eventually(async () => expect((await bob.texts()).filter((text) => text === 'written offline')).toHaveLength(1), {
      timeoutMs: BACK_MS,
    });
  });

  it('says how much came meanwhile when it is back', async () => {
    const reader = await web.register('Rita');
    await reader.open('general');
    await alice.send('before it goes');
    await reader.sees('before it goes');
    await reader.page.context().setOffline(true);
    await reader.page.getByText(/This device is offline/).waitFor();
    for (const text of ['first', 'second', 'third']) await alice.send(text);
    await settled(alice);
    expect(await reader.texts()).not.toContain('first');
    await reader.page.context().setOffline(false);
    await reader.page.getByText('Back online, 3 new messages.').waitFor();
    await reader.sees('first', 'second', 'third');
    await reader.page.getByText('Back online').waitFor({ state: 'hidden' });
  });
});
