import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './support/browser.js';
import { ChatPage } from './support/chat-page.js';
import { startProduct, type Product } from './support/product.js';

describe('writing in the web client', () => {
  let product: Product;
  let browser: Browser;
  let ann: ChatPage;
  let ben: ChatPage;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct({ env: { PARLEY_LIMITS_FACTOR: '0' } }), launchBrowser()]);
    [ann, ben] = await Promise.all([
      ChatPage.register(browser, product.url, 'Ann Writer'),
      ChatPage.register(browser, product.url, 'Ben Reader'),
    ]);
    for (const chat of [ann, ben]) await chat.open('general');
  });
  afterAll(async () => {
    for (const chat of [ann, ben]) await chat?.close();
    await browser?.close();
    await product?.[Symbol.asyncDispose]();
  });

  const last = (chat: ChatPage) => chat.log.locator('.message-text').last();
  async function faults({ page }: ChatPage): Promise<string[]> {
    const axe = new AxeBuilder({ page }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']);
    const { violations } = await axe.analyze();
    return violations.map(({ id, nodes }) => `${id} ${nodes.map((node) => node.html).join(' ')}`);
  }

  it('shows marks as elements, covers spoilers, colours code, and fetches nothing from elsewhere', async () => {
    const foreign: string[] = [];
    ben.page.on('request', (request) => {
      if (!request.url().startsWith(product.url) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
    });
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
    expect(await faults(ben)).toEqual([]);

    await text.getByRole('button', { name: 'Copy the code' }).click();
    expect(await ben.page.evaluate(() => navigator.clipboard.readText())).toBe('const a = "<b>";');
    expect(await text.getByText('the butler').isVisible()).toBe(false);
    await text.getByRole('button', { name: 'Show the spoiler' }).click();
    await text.getByText('the butler').waitFor();

    // Where there is one line only, there are no marks, and the spoiler stays covered.
    await ann.openDirect('Ben Reader');
    await ann.send('**psst** ||you||');
    await ben.list.getByText('psst ▒▒▒').waitFor();
    await ann.open('general');
    expect(foreign).toEqual([]);
    expect([...ann.complaints, ...ben.complaints]).toEqual([]);
  });
});
