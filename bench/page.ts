import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ChatClient, newClientMsgId, TEST_PASSWORD, uniqueRoomName, uniqueUsername } from '@parley/testing';
import { launchBrowser } from '../services/standalone/test/support/browser.ts';
import { startProduct } from '../services/standalone/test/support/product.ts';
import { markdownTable, provenance } from './support/report.ts';
import { median } from './support/statistics.ts';
import { measures } from './support/page-measures.ts';

/** What the page of the web client costs whoever looks at it, in a real Chromium, against the budgets that it has. */
const { values } = parseArgs({
  options: {
    history: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '8' },
    rooms: { type: 'string', default: '5000' },
  },
});
const [history, seconds, rate, rounds] = [Number(values.history), Number(values.seconds), Number(values.rate), Number(values.rounds)];
const listed = Number(values.rooms);
const MEBIBYTE = 1024 * 1024;
/** Between 500 and 1,000 messages are kept, whatever comes. */
const HEAP_SLACK_MEBIBYTES = 3;
/** Written at once: the product takes them in order, and its memory stays small. */
const BATCH = 500;

await using product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0' } });
await using writer = await new ChatClient({ url: product.url }).register();
await writer.connect();

const write = async (roomId: string, count: number, stem: string) => {
  for (let first = 1; first <= count; first += BATCH) {
    const lines = Array.from({ length: Math.min(BATCH, count - first + 1) }, (_, index) => `${stem} ${first + index}`);
    await Promise.all(lines.map((text) => writer.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text })));
  }
};
const createRoom = async (count: number) => {
  const room = await writer.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
  await write(room.id, count, 'line');
  return room;
};
const long = await createRoom(history);
const rooms = [];
for (let round = 0; round < rounds; round += 1) rooms.push(await createRoom(300));

const browser = await launchBrowser();
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const account = { username: uniqueUsername('page'), password: TEST_PASSWORD };
  const { accessToken } = (await (await context.request.post(`${product.url}/api/register`, { data: account })).json()) as {
    accessToken: string;
  };
  const headers = { authorization: `Bearer ${accessToken}` };
  for (const { id } of [long, ...rooms]) await context.request.post(`${product.url}/api/chat/rooms/${id}/join`, { headers });
  const page = await context.newPage();
  const debuggerSession = await context.newCDPSession(page);
  const heapMebibytes = async () => {
    await debuggerSession.send('HeapProfiler.collectGarbage');
    return (await debuggerSession.send('Runtime.getHeapUsage')).usedSize / MEBIBYTE;
  };
  await page.addInitScript(measures);
  await page.goto(`${product.url}/chat`);
  await page.getByRole('log').waitFor();
  // Everything that a room needs once is there: what is measured is the room.
  await delay(2_000);

  const switchTo = (name: string, text: string) =>
    page.evaluate(([room, last]) => window.pageMeasures.switchTo(room, last), [name, text] as const);
  const cold: number[] = [];
  for (const { name } of rooms) cold.push(await switchTo(name, 'line 300'));
  const warm: number[] = [];
  for (const { name } of rooms.slice(-4)) warm.push(await switchTo(name, 'line 300'));
  for (const { name } of rooms.slice(-4)) warm.push(await switchTo(name, 'line 300'));

  const echoes: { ms: number; frames: number }[] = [];
  for (let round = 0; round < 2 * rounds; round += 1) {
    await page.getByRole('textbox', { name: /^Message to/ }).fill(`own ${round}`);
    await page.evaluate((text) => window.pageMeasures.expectEcho(text), `own ${round}`);
    await page.keyboard.press('Enter');
    echoes.push(await page.evaluate(() => window.pageMeasures.echo()));
  }

  await switchTo(long.name, `line ${history}`);
  let rowsMax = await page.evaluate(() => window.pageMeasures.rows());
  for (let step = 0; step < 60; step += 1) {
    await page.evaluate(() => window.pageMeasures.pageUp());
    rowsMax = Math.max(rowsMax, await page.evaluate(() => window.pageMeasures.rows()));
  }
  await page.goto(`${product.url}/chat/${long.id}/${Math.round(history / 2)}`);
  await page.getByText(`line ${Math.round(history / 2)}`, { exact: true }).waitFor();
  rowsMax = Math.max(rowsMax, await page.evaluate(() => window.pageMeasures.rows()));

  await page.goto(`${product.url}/chat/${long.id}`);
  await page.getByText(`line ${history}`, { exact: true }).waitFor();
  // Over the number of rows that are kept, so that growth beyond it would show.
  await write(long.id, 1_200, 'warm-up');
  await page.getByText('warm-up 1200', { exact: true }).waitFor();
  const heapBefore = await heapMebibytes();
  const frames = page.evaluate((ms) => window.pageMeasures.frames(ms), seconds * 1000);
  const begin = performance.now();
  for (let sent = 0; sent < rate * seconds; sent += 1) {
    const wait = begin + (sent * 1000) / rate - performance.now();
    if (wait > 1) await delay(wait);
    void writer.emit('message:send', { roomId: long.id, clientMsgId: newClientMsgId(), text: `stream ${sent + 1}` });
  }
  const perSecond = await frames;
  await page.getByText(`stream ${rate * seconds}`, { exact: true }).waitFor();
  const heapAfter = await heapMebibytes();
  rowsMax = Math.max(rowsMax, await page.evaluate(() => window.pageMeasures.rows()));

  await context.close();
  const filtered = await filterTimes(browser, listed);

  const verdict = (isGood: boolean) => (isGood ? 'yes' : 'NO');
  const line = (what: string, figure: string, budget: string, isGood: boolean) => [what, figure, budget, verdict(isGood)];
  const fps = perSecond.reduce((sum, count) => sum + count, 0) / perSecond.length;
  const late = echoes.filter((echo) => echo.frames > 1).length;
  const kilobytes = initialScriptBytes() / 1000;
  console.log(`\nThe page in Chromium ${browser.version()}, headless, 1280 x 800.\n${provenance()}\n`);
  console.log(
    markdownTable(
      ['', 'measured', 'budget', 'kept'],
      [
        line('initial JavaScript, gzip', `${kilobytes.toFixed(0)} kB`, '200 kB', kilobytes <= 200),
        line(
          'room switch, cold, median / worst',
          `${median(cold).toFixed(0)} / ${Math.max(...cold).toFixed(0)} ms`,
          '400 ms',
          Math.max(...cold) <= 400,
        ),
        line(
          'room switch, warm, median / worst',
          `${median(warm).toFixed(0)} / ${Math.max(...warm).toFixed(0)} ms`,
          '100 ms',
          Math.max(...warm) <= 100,
        ),
        line(
          `own message in the page after Enter, median; later than the next frame`,
          `${median(echoes.map(({ ms }) => ms)).toFixed(1)} ms; ${late} of ${echoes.length}`,
          '1 frame',
          late === 0,
        ),
        line(`message rows in the page at ${history.toLocaleString('en-US')} messages, most`, String(rowsMax), '150', rowsMax <= 150),
        line(
          `frames a second at ${rate} messages/s for ${seconds} s, mean / worst`,
          `${fps.toFixed(1)} / ${Math.min(...perSecond)}`,
          '50',
          fps >= 50,
        ),
        line(
          `switcher over ${listed.toLocaleString('en-US')} rooms, after each change, median / worst`,
          `${median(filtered).toFixed(0)} / ${Math.max(...filtered).toFixed(0)} ms`,
          '50 ms',
          Math.max(...filtered) <= 50,
        ),
        line(
          'heap before and after that',
          `${heapBefore.toFixed(1)} / ${heapAfter.toFixed(1)} MiB`,
          'flat',
          heapAfter - heapBefore < HEAP_SLACK_MEBIBYTES,
        ),
      ],
    ),
  );
} finally {
  await browser.close();
}

/** Somebody who is in many rooms looks for some of them. */
async function filterTimes(from: typeof browser, count: number): Promise<number[]> {
  const context = await from.newContext({ viewport: { width: 1280, height: 800 } });
  const account = { username: uniqueUsername('rooms'), password: TEST_PASSWORD };
  const { accessToken } = (await (await context.request.post(`${product.url}/api/register`, { data: account })).json()) as {
    accessToken: string;
  };
  const headers = { authorization: `Bearer ${accessToken}` };
  for (let first = 1; first <= count; first += 20)
    await Promise.all(
      Array.from({ length: Math.min(20, count - first + 1) }, (_, index) =>
        context.request.post(`${product.url}/api/chat/rooms`, {
          headers,
          data: { name: `filter ${first + index}`, visibility: 'private' },
        }),
      ),
    );
  const page = await context.newPage();
  await page.addInitScript(measures);
  await page.goto(`${product.url}/chat`);
  await page.getByText(`filter ${count}`, { exact: true }).first().waitFor();
  await page.keyboard.press('Control+k');
  await page.locator('dialog [role=combobox]').waitFor(); // the list beside it has one, too
  await page.evaluate(() => window.pageMeasures.filter('filter 1'));
  const times: number[] = [];
  for (let round = 1; round <= 10; round += 1)
    times.push(await page.evaluate((text) => window.pageMeasures.filter(text), `filter ${Math.floor((count * round) / 11)}`));
  await context.close();
  return times;
}

/** What the page loads before anything is done in it, the texts of one language with it, as it travels compressed by gzip. */
function initialScriptBytes(): number {
  const folder = path.resolve(import.meta.dirname, '../services/web/dist/client');
  const html = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const files = readdirSync(path.join(folder, 'assets')).filter(
    (file) => file.endsWith('.js') && (html.includes(`/assets/${file}`) || file.startsWith('en-')),
  );
  return files.reduce((sum, file) => sum + readFileSync(path.join(folder, 'assets', `${file}.gz`)).length, 0);
}
