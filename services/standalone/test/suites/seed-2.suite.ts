import { eventually, uniqueRoomName } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import type { OldClient } from '../support/old-client.js';
import { oldClients } from './old-clients.js';
import type { Place } from './world.js';

const LIMIT = 16 * 1024 * 1024;
/** One red pixel. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==', 'base64');

/** The third application: many rooms, history, notices of who comes and goes, files, generated passwords. */
export function seed2(start: () => Promise<Place>): void {
  describe('seed 2: Advanced Web-Based Chat Application', () => {
    const old = oldClients(start);
    const { newClient } = old;
    const upload = (client: OldClient, file: Blob, name: string, room?: string) => {
      const form = new FormData();
      form.set('file', file, name);
      if (room !== undefined) form.set('room', room); // after the file, as browsers send it in this form
      return client.fetch('/upload', { method: 'POST', body: form });
    };

    it('generates a password for who leaves it blank, and shows it once', async () => {
      const client = newClient();
      const shown = await client.postForm('/register', { username: client.username, password: '' });
      expect(shown.status).toBe(200);
      const page = await shown.text();
      const password = /<code>([^<]{16,})<\/code>/.exec(page)?.[1] ?? '';
      expect(page).toContain('href="/chat"');
      const again = newClient();
      const entered = await again.postForm('/login', { username: client.username, password });
      expect([entered.status, entered.headers.get('location')]).toEqual([303, '/chat']);
    });

    it('makes rooms by joining them, loads their history, and tells who comes and goes', async () => {
      const [alice, bob] = [await newClient().register(), await newClient().register()];
      const [hers, his] = [await alice.connect(), await bob.connect()];
      const room = uniqueRoomName('Books');
      expect(await hers.ask('join', { room })).toEqual({ ok: true, data: { room, roomId: expect.any(String) } });
      hers.socket.emit('message', { room, message: 'anyone here? 📚' });
      await eventually(() => hers.of('message').length === 1, { describe: 'she hears herself' });

      his.socket.emit('join', { room });
      await eventually(() => his.of('history').length === 1, { describe: 'the history' });
      expect(his.of('history')[0]).toMatchObject({ room, messages: [{ username: alice.username, message: 'anyone here? 📚' }] });
      await eventually(() => hers.of('notification').length === 1, { describe: 'a notice' });
      expect(hers.of('notification')[0]).toEqual({ room, username: bob.username, type: 'join', message: `${bob.username} joined` });

      his.socket.emit('message', { room, message: 'yes 😀' });
      await eventually(() => hers.of('message').length === 2, { describe: 'the answer' });
      expect(await his.ask('load_history', { room, before: 2 })).toMatchObject({ ok: true, data: { messages: [{ seq: 1 }] } });
      his.socket.emit('leave', { room });
      await eventually(() => hers.of('notification').length === 2, { describe: 'another notice' });
      expect(hers.of('notification')[1]).toMatchObject({ type: 'leave', message: `${bob.username} left` });
    });

    it('shares files: a picture is posted to its room, and served to those who may see it', async () => {
      const [alice, bob] = [await newClient().register(), await newClient().register()];
      const [hers, his] = [await alice.connect(), await bob.connect()];
      const uploaded = await upload(alice, new Blob([PNG]), 'a "red" pixel.png', 'general');
      expect(uploaded.status).toBe(200);
      const file = (await uploaded.json()) as { filename: string; url: string; type: string; size: number };
      expect(file).toEqual({
        filename: expect.stringMatching(/^[0-9a-f-]{36}-a .*pixel\.png$/),
        url: `/uploads/${encodeURIComponent(file.filename)}`,
        type: 'image/png',
        size: expect.any(Number),
      });
      for (const each of [hers, his]) await eventually(() => each.of('message').length === 1, { describe: 'the message with the file' });
      expect(his.of('message')[0]).toMatchObject({ room: 'general', username: alice.username, message: '', file });
      expect((await bob.json<Record<string, unknown>[]>('/chat_history?limit=1'))[0]).toMatchObject({ file });

      const served = await bob.fetch(file.url, { redirect: 'follow' });
      expect([served.status, served.headers.get('content-type')]).toEqual([200, 'image/png']);
      expect((await served.arrayBuffer()).byteLength).toBe(file.size);
      expect((await fetch(old.url + file.url)).status).toBe(401);
      expect((await bob.fetch('/uploads/secret.png')).status).toBe(404);
    });

    it('keeps what is not posted to its owner', async () => {
      const [alice, bob] = [await newClient().register(), await newClient().register()];
      const { url } = (await (await upload(alice, new Blob(['some notes']), 'notes.txt')).json()) as { url: string };
      expect(await (await alice.fetch(url, { redirect: 'follow' })).text()).toBe('some notes');
      expect((await bob.fetch(url, { redirect: 'follow' })).status).toBe(404);
    });

    it('takes 16 MB, and not a byte more', async () => {
      const alice = await newClient().register();
      const text = new Uint8Array(LIMIT + 1).fill(0x61);
      const fits = await upload(alice, new Blob([text.subarray(0, LIMIT)]), 'fits.txt');
      expect([fits.status, ((await fits.json()) as { size: number }).size]).toEqual([200, LIMIT]);
      const tooLarge = await upload(alice, new Blob([text]), 'more.txt');
      expect([tooLarge.status, ((await tooLarge.json()) as { code: string }).code]).toEqual([413, 'TOO_LARGE']);
    });

    it('restricts uploads: types, rooms, forms, strangers', async () => {
      const alice = await newClient().register();
      const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];
      expect(await codeOf(await upload(alice, new Blob(['<html><script>1</script></html>']), 'page.txt'))).toEqual([
        415,
        'MEDIA_TYPE_REFUSED',
      ]);
      expect(await codeOf(await upload(alice, new Blob(['text']), 'a.txt', 'no such room'))).toEqual([404, 'ROOM_NOT_FOUND']);
      expect(await codeOf(await upload(alice, new Blob(['text']), 'a.txt', '\u202e'))).toEqual([400, 'VALIDATION_FAILED']);
      const form = new FormData();
      form.set('room', 'general');
      expect(await codeOf(await alice.fetch('/upload', { method: 'POST', body: form }))).toEqual([400, 'VALIDATION_FAILED']);
      expect(await codeOf(await alice.postJson('/upload', { file: 'x' }))).toEqual([400, 'VALIDATION_FAILED']);
      expect(await codeOf(await upload(newClient(), new Blob(['text']), 'a.txt'))).toEqual([401, 'UNAUTHENTICATED']);
    });
  });
}
