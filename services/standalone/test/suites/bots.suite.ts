import { ChatClient, SourceProcess, TEST_PASSWORD, eventually, uniqueUsername } from '@parley/testing';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Place } from './world.js';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

/** What docs/bots.md shows, as it stands there. */
export const botOfTheDocs = (start: () => Promise<Place>) =>
  describe('docs/bots.md', () => {
    it('has a bot in ten lines that answers !ping by pong', async () => {
      const [, code = ''] = /```js\n([^]*?)```/.exec(await readFile(path.join(ROOT, 'docs/bots.md'), 'utf8')) ?? [];
      expect(code.trim().split('\n').length).toBeLessThanOrEqual(10);
      await using product = await start();
      await using alice = await (await new ChatClient({ url: product.url }).register()).connect();
      const name = uniqueUsername('bot');
      await using account = await new ChatClient({ url: product.url }).register({ username: name });

      // Inside the checkout, where packages are found by their names.
      await mkdir(path.join(ROOT, '.cache'), { recursive: true });
      const folder = await mkdtemp(path.join(ROOT, '.cache/bot-'));
      try {
        const file = path.join(folder, 'bot.mjs');
        await writeFile(file, code);
        const env = { CHAT_URL: product.url, BOT_NAME: name, BOT_PASSWORD: TEST_PASSWORD };
        await using bot = new SourceProcess(pathToFileURL(file), { env });
        await eventually(() => bot.stdout.includes('listening'), { timeoutMs: 20_000, describe: `the bot listens: ${bot.stderr}` });
        const general = (await account.joinedRooms()).find((room) => room.name === 'general')!;
        const timeline = await alice.openRoom(general.id);
        const ping = await alice.sendReliably({ roomId: general.id, text: '!ping' });
        await alice.sendReliably({ roomId: general.id, text: 'ping?' });
        await eventually(() =>
          expect(timeline.messages.filter(({ sender }) => sender?.id === account.userId)).toMatchObject([
            { text: 'pong', replyTo: { id: ping.messageId } },
          ]),
        );
        expect(bot.stderr).toBe('');
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  });
