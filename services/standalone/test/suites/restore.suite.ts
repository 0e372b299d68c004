import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Media } from '@parley/contracts';
import { ChatClient, TEST_PASSWORD, eventually, newClientMsgId, uniqueRoomName, uniqueUsername } from '@parley/testing';
import { expect, it } from 'vitest';
import { runBackup } from '../../src/backup/run-backup.js';
import { pngFile } from '../support/sample-files.js';
import type { World } from './world.js';

export interface RestorableWorld extends World {
  /** Of the commands. */
  readonly env: Readonly<Record<string, string>>;
  /** Databases, log, files: as if the machines had burnt down and new ones were there. Nothing runs meanwhile. */
  loseEverything(): Promise<void>;
}

async function runCommand(world: RestorableWorld, command: 'backup' | 'restore', ...args: string[]): Promise<string> {
  const lines: string[] = [];
  await runBackup({ command, args, env: { ...world.env }, cwd: tmpdir(), print: (line) => lines.push(line) });
  return lines.join('\n');
}

async function upload(client: ChatClient): Promise<{ media: Media; bytes: () => Promise<Buffer> }> {
  const { name, buffer } = pngFile('hill.png', 900, 60);
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(buffer)]), name);
  const headers = () => ({ authorization: `Bearer ${client.http.accessToken}` });
  const answer = await fetch(`${client.http.url}/api/media`, { method: 'POST', body: form, headers: headers() });
  const media = Media.parse(await answer.json());
  const bytes = async () => {
    const file = await fetch(client.http.url + media.url, { headers: headers() });
    expect(file.status).toBe(200);
    return Buffer.from(await file.arrayBuffer());
  };
  return { media, bytes };
}

/** The drill: a backup under load, everything lost, restored, and people go on. */
export function restoreDrill(start: () => Promise<RestorableWorld>): void {
  it('brings everything back that was accepted before the backup, and tells clients to load anew', { timeout: 180_000 }, async () => {
    await using world = await start();
    const folder = await mkdtemp(path.join(tmpdir(), 'parley-backups-'));
    await using removal = new AsyncDisposableStack();
    removal.defer(() => rm(folder, { recursive: true, force: true }));
    await using alice = new ChatClient({ url: world.url });
    await using bob = new ChatClient({ url: world.url });
    for (const person of [alice, bob]) {
      await person.register();
      await person.connect();
    }
    const { id: roomId } = await alice.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
    await bob.http.call('POST /api/chat/rooms/{id}/join', { params: { id: roomId } });
    for (const person of [alice, bob]) await person.openRoom(roomId);
    const direct = await alice.http.call('POST /api/chat/direct', { body: { userId: bob.userId } });
    await alice.sendReliably({ roomId: direct.id, text: 'between us' });
    const picture = await upload(alice);
    await alice.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: 'a hill', attachments: [picture.media.id] });
    const bytes = await picture.bytes();

    // Somebody writes all the while, so that the backup meets messages on every part of their way.
    const acked: string[] = [];
    let isWriting = true;
    const writing = (async () => {
      for (let n = 1; isWriting; n += 1) {
        await alice.sendReliably({ roomId, text: `message ${n}` });
        acked.push(`message ${n}`);
      }
    })();
    await eventually(() => acked.length >= 20);
    const promised = [...acked];
    const said = await runCommand(world, 'backup', folder);
    isWriting = false;
    await writing;
    const backup = /^backup: (\/.*)$/m.exec(said)![1]!;

    // Lost: who came and what was said after the backup.
    const carol = uniqueUsername();
    await new ChatClient({ url: world.url }).register({ username: carol });
    for (let n = 0; n < 3; n += 1) await alice.sendReliably({ roomId, text: 'said too late' });
    const seenBefore = () => bob.timeline(roomId).messages.filter(({ text }) => text === 'said too late');
    await eventually(() => seenBefore().length === 3);
    const before = bob.timeline(roomId).epoch;
    await expect(runCommand(world, 'restore', backup)).rejects.toThrow(/stop|in use|runs/i);

    await world.stop();
    await world.loseEverything();
    expect(await runCommand(world, 'restore', backup)).toContain('the epoch is');
    await expect(runCommand(world, 'restore', backup)).rejects.toThrow('the database is not empty');
    await runCommand(world, 'restore', backup, '--replace'); // as after a restore that failed on its way
    await world.start();

    // They come back by themselves, with the sessions and tokens that they have.
    const bobs = () => bob.timeline(roomId);
    await eventually(() => bobs().epoch > before, { timeoutMs: 30_000, describe: 'the epoch moves' });
    const restored = await bob.history(roomId, { after: '0', limit: '200' });
    expect(restored.epoch).toBeGreaterThan(before);
    expect(restored.messages.map(({ seq }) => seq)).toEqual(restored.messages.map((_, index) => index + 1));
    const texts = restored.messages.map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('message ')).slice(0, promised.length)).toEqual(promised);
    expect(texts).not.toContain('said too late');
    expect(seenBefore()).toEqual([]);
    expect(restored.messages.find(({ text }) => text === 'a hill')?.attachments).toEqual([picture.media]);
    expect((await picture.bytes()).equals(bytes)).toBe(true);

    // What the services keep of each other has caught up, too, and everything goes on from there.
    await alice.sendReliably({ roomId, text: 'as if nothing had happened' });
    await eventually(() => bobs().messages.at(-1)?.text === 'as if nothing had happened', { timeoutMs: 15_000 });
    const { messages, head } = await bob.history(roomId, { after: '0', limit: '200' });
    expect(bobs().lastSeq).toBe(head);
    expect(head).toBe(messages.length);
    const foreign = messages.filter(({ sender }) => sender !== null && sender.id !== bob.userId).length;
    await eventually(async () => {
      const { conversations } = await bob.http.call('GET /api/chat/conversations');
      const find = (id: string) => conversations.find(({ room }) => room.id === id);
      expect(find(roomId)).toMatchObject({ head, unreadCount: foreign });
      expect(find(direct.id)).toMatchObject({ head: 1, unreadCount: 1, lastMessage: { preview: 'between us' } });
    });
    const nobody = new ChatClient({ url: world.url });
    await expect(nobody.login(carol)).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await nobody.register({ username: carol, password: TEST_PASSWORD });
  });
}
