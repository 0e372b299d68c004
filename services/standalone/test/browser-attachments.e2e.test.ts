import { eventually } from '@parley/testing';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useBrowserProduct } from './support/browser-product.js';
import { ChatPage, PHONE } from './support/chat-page.js';
import { pngFile, textFile, wavFile, type SampleFile } from './support/sample-files.js';

describe('files in the web client', () => {
  const web = useBrowserProduct();

  /** Two people in a private chat of their own. */
  const pair = async (first: string, second: string, options?: typeof PHONE): Promise<[ChatPage, ChatPage]> => {
    const bob = await web.register(second);
    const alice = await web.register(first, options);
    await alice.conversation('general').waitFor();
    await alice.openDirect(second);
    await bob.conversation('general').waitFor();
    await bob.openDirect(first);
    return [alice, bob];
  };
  const send = ({ page }: ChatPage) => page.getByRole('button', { name: 'Send', exact: true });
  const picture = ({ log }: ChatPage, name: string): Locator => log.getByRole('button', { name });
  const isLoaded = (image: Locator) => image.evaluate((element: HTMLImageElement) => element.complete && element.naturalWidth > 0);
  const eventuallyLoaded = (image: Locator) => eventually(() => isLoaded(image), { describe: 'the picture is loaded' });
  const transfer = (page: Page, files: readonly SampleFile[]) =>
    page.evaluateHandle(
      (sent) => {
        const data = new DataTransfer();
        for (const { name, mimeType, bytes } of sent) data.items.add(new File([new Uint8Array(bytes)], name, { type: mimeType }));
        return data;
      },
      files.map(({ name, mimeType, buffer }) => ({ name, mimeType, bytes: [...buffer] })),
    );

  it('sends pictures with words and without, and the list knows their size before they come', async () => {
    const [alice, bob] = await pair('Ada Picture', 'Ben Picture');
    let letThrough: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letThrough = resolve));
    await bob.page.route('**/api/media/**', async (route) => {
      await held;
      await route.continue();
    });

    await alice.attach(pngFile('wide.png', 1600, 800), pngFile('small.png', 60, 60));
    await send(alice).click();
    await alice.drafts.waitFor({ state: 'detached' });
    await alice.attach(pngFile('high.png', 300, 900));
    await alice.send('with words');
    await bob.sees('with words');

    const boxes = async () => {
      const found: unknown[] = [];
      for (const name of ['wide.png', 'small.png', 'high.png']) found.push(await picture(bob, name).boundingBox());
      return found;
    };
    const before = await boxes();
    expect(before).toMatchObject([
      { width: 400, height: 200 },
      { width: 60, height: 60 },
      { width: 100, height: 300 },
    ]);
    expect(await picture(bob, 'wide.png').evaluate((element) => getComputedStyle(element).backgroundImage)).toMatch(
      /^url\("data:image\/png/,
    );
    letThrough();
    for (const name of ['wide.png', 'small.png', 'high.png']) await eventuallyLoaded(picture(bob, name).locator('img'));
    expect(await boxes()).toEqual(before);
    expect(await bob.texts()).toEqual(['with words']);

    await bob.page.reload();
    await picture(bob, 'high.png').waitFor();
  });

  it('takes files that are dropped and pasted', async () => {
    const [alice, bob] = await pair('Ada Drop', 'Ben Drop');
    const { page } = alice;
    const dropped = await transfer(page, [pngFile('dropped.png', 100, 80), textFile('notes.txt', 'Some notes.')]);
    await page.dispatchEvent('main', 'dragenter', { dataTransfer: dropped });
    await page.getByText('Drop to attach').waitFor();
    await page.dispatchEvent('main', 'drop', { dataTransfer: dropped });
    await page.getByText('Drop to attach').waitFor({ state: 'detached' });
    await alice.composer.evaluate(
      (field, data) => field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })),
      await transfer(page, [pngFile('pasted.png', 100, 80)]),
    );
    await eventually(async () => expect(await alice.drafts.locator('[data-state=ready]').count()).toBe(3));
    await send(alice).click();
    for (const name of ['dropped.png', 'pasted.png']) await eventuallyLoaded(picture(bob, name).locator('img'));
    await bob.log.getByRole('link', { name: 'notes.txt' }).waitFor();
  });

  it('says what is wrong with a file, and sends the rest', async () => {
    const [alice, bob] = await pair('Ada Error', 'Ben Error');
    const { page, drafts } = alice;
    await page
      .locator('input[type=file]')
      .setInputFiles([
        textFile('page.png', '<!doctype html><script>alert(1)</script>', 'image/png'),
        { name: 'huge.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(16 * 1024 * 1024 + 1) },
        pngFile('fine.png', 50, 50),
      ]);
    const row = (name: string) => drafts.getByRole('listitem').filter({ hasText: name });
    await row('page.png').getByText('Files of this kind cannot be sent.').waitFor();
    await row('huge.bin').getByText('This file is larger than 16 MB.').waitFor();
    await row('fine.png').and(page.locator('[data-state=ready]')).waitFor();
    expect(await send(alice).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Remove page.png' }).click();
    await page.getByRole('button', { name: 'Remove huge.bin' }).click();
    await send(alice).click();
    await eventuallyLoaded(picture(bob, 'fine.png').locator('img'));

    await page
      .locator('input[type=file]')
      .setInputFiles(Array.from({ length: 12 }, (_, index) => textFile(`${index}.txt`, `file ${index}`)));
    await page.getByRole('alert').filter({ hasText: 'A message carries 10 files at the most; 2 were left out.' }).waitFor();
  });

  it('can cancel an upload, and retry one that was cut off', async () => {
    const [alice, bob] = await pair('Ada Cut', 'Ben Cut');
    const { page, drafts } = alice;
    let reached = 0;
    await page.route('**/api/media', async (route) => {
      reached += 1;
      if (reached === 1) return; // never answered
      if (reached === 2) return route.abort();
      return route.continue();
    });
    await page.locator('input[type=file]').setInputFiles(pngFile('first.png', 50, 50));
    await page.getByRole('progressbar', { name: 'Upload of first.png' }).waitFor();
    expect(await send(alice).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Cancel first.png' }).click();
    await drafts.waitFor({ state: 'detached' });
    await page.locator('input[type=file]').setInputFiles(pngFile('second.png', 50, 50));
    await drafts.getByText('The server cannot be reached.').waitFor();
    await page.getByRole('button', { name: 'Retry second.png' }).click();
    await drafts.locator('[data-state=ready]').waitFor();
    await send(alice).click();
    await eventuallyLoaded(picture(bob, 'second.png').locator('img'));
    expect(await bob.log.getByRole('button', { name: /png$/ }).count()).toBe(1);
  });

  it('shows pictures large, with the keyboard alone, and gives the focus back', async () => {
    const [alice, bob] = await pair('Ada Large', 'Ben Large');
    await alice.attach(pngFile('one.png', 1400, 1000), pngFile('two.png', 200, 100), pngFile('three.png', 100, 200));
    await alice.page.getByRole('button', { name: 'Describe two.png' }).click();
    await alice.page.getByRole('textbox', { name: /What is on two[.]png/ }).fill('Two colours');
    await alice.page.getByRole('button', { name: 'Save' }).click();
    await eventually(async () => expect(await alice.drafts.locator('[data-state=ready]').count()).toBe(3));
    await send(alice).click();
    await picture(bob, 'Two colours').focus();
    const { page } = bob;
    await page.keyboard.press('Enter');
    const dialog = (name: string) => page.getByRole('dialog', { name: `Picture: ${name}` });
    await dialog('Two colours').waitFor();
    await page.keyboard.press('ArrowLeft');
    await eventuallyLoaded(dialog('one.png').getByRole('img'));
    const fitting = await dialog('one.png').getByRole('img').boundingBox();
    expect(fitting!.height).toBeLessThanOrEqual(800);
    await page.keyboard.press('+');
    expect(await dialog('one.png').getByRole('img').boundingBox()).toMatchObject({ width: 1400, height: 1000 });
    await page.keyboard.press('-');
    expect(await dialog('one.png').getByRole('img').boundingBox()).toEqual(fitting);
    await page.keyboard.press('End');
    await dialog('three.png').waitFor();
    await page.keyboard.press('ArrowRight');
    await dialog('three.png').waitFor();
    for (let presses = 0; presses < 8; presses += 1) {
      await page.keyboard.press('Tab');
      // The browser's own bar is one stop of the way round.
      expect(
        await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null),
      ).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog('three.png').waitFor({ state: 'detached' });
    expect(await picture(bob, 'Two colours').evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('plays sound, and gives everything else to download, to members only', async () => {
    const [alice, bob] = await pair('Ada Sound', 'Ben Sound');
    await alice.attach(wavFile('tone.wav'), textFile('table.csv', 'a,b\n1,2\n', 'text/csv'));
    await send(alice).click();
    const player = bob.log.getByLabel('tone.wav');
    await eventually(async () => expect(await player.evaluate((audio: HTMLAudioElement) => audio.duration)).toBeCloseTo(1, 1));
    const link = bob.log.getByRole('link', { name: 'table.csv' });
    const [download] = await Promise.all([bob.page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('table.csv');
    const address = new URL((await link.getAttribute('href'))!, web.url).href;
    const stranger = await web.register('Stranger');
    expect((await stranger.page.request.get(address)).status()).toBe(404);
    expect((await fetch(address)).status).toBe(401);
    await alice.send('And more of it');
    await bob.sees('And more of it');
    await bob.open('general');
    await alice.attach(textFile('one.csv', 'a,b\n1,2\n', 'text/csv'), textFile('two.csv', 'a,b\n3,4\n', 'text/csv'));
    await send(alice).click();
    await bob.conversation('Ada Sound').getByText('2 files').waitFor();
    await alice.conversation('Ben Sound').getByText('You: 2 files').waitFor();
  });

  it('keeps what is picked for each room while others are looked at', async () => {
    const [alice] = await pair('Ada Rooms', 'Ben Rooms', PHONE);
    await alice.attach(pngFile('waiting.png', 50, 50));
    await alice.page.getByRole('link', { name: 'Back to the conversations' }).click();
    await alice.open('general');
    expect(await alice.drafts.count()).toBe(0);
    await alice.page.getByRole('link', { name: 'Back to the conversations' }).click();
    await alice.openDirect('Ben Rooms');
    await alice.drafts.getByText('waiting.png').waitFor();
  });

  it('puts emoji where the cursor is, from our own server', async () => {
    const chat = await web.register('Emoji');
    const { page } = chat;
    await chat.open('general');
    await chat.composer.fill('to the moon');
    await chat.composer.press('Home');
    await page.getByRole('button', { name: 'Emoji' }).click();
    await page.getByRole('dialog', { name: 'Emoji' }).waitFor();
    await page.keyboard.type('unicorn');
    await page.getByRole('gridcell', { name: 'Unicorn', exact: true, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await eventually(async () => expect(await chat.composer.inputValue()).toBe('🦄to the moon'));
    await eventually(() => chat.composer.evaluate((field) => field === document.activeElement));
    await page.keyboard.press('Enter');
    await chat.sees('🦄to the moon');
  });

  it('begins with less than 200 kB of scripts', async () => {
    const html = await (await fetch(`${web.url}/login`)).text();
    const scripts = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+[.]js)"/g)].map(([, address]) => address!);
    let bytes = 0;
    for (const address of scripts) {
      const response = await fetch(web.url + address, { headers: { 'accept-encoding': 'gzip' } });
      bytes += Number(response.headers.get('content-length'));
    }
    expect(scripts.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(200_000);
  });
});
