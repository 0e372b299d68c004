import { randomBytes } from 'node:crypto';
import type { Media } from '@parley/contracts';
import { MediaLibrary } from '@parley/chat';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LibraryService } from '../src/files/library.service.js';
import { MediaFixture, type Person } from './media-fixture.js';
import { png } from './pictures.js';

describe('downloading', () => {
  const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(100_000)]);
  let media: MediaFixture;
  let library: MediaLibrary;
  let alice: Person;
  let file: Media;
  beforeAll(async () => {
    media = await MediaFixture.start();
    library = media.app.get(LibraryService);
    alice = await media.world.person();
    file = await media.upload(alice, content, { name: 'paper (1).pdf' });
  });
  afterAll(() => media[Symbol.asyncDispose]());

  it('is for the uploader alone until the file is posted, and then for whoever may read the room at that moment', async () => {
    const [bob, eve] = [await media.world.person(), await media.world.person()];
    const { id, url, thumbnailUrl } = await media.upload(alice, await png());
    const statuses = async () => {
      const found: number[] = [];
      for (const path of [url, thumbnailUrl!])
        for (const who of [alice, bob, eve, undefined]) found.push((await media.get(path, who)).status);
      return found;
    };
    expect(await statuses()).toEqual([200, 404, 404, 401, 200, 404, 404, 401]);
    const roomId = media.world.room(alice.id, bob.id);
    await library.reserve(media.newMessage(alice.id, roomId, id));
    expect(await statuses()).toEqual([200, 200, 404, 401, 200, 200, 404, 401]);
    media.world.members.get(roomId)!.delete(bob.id);
    expect(await statuses()).toEqual([200, 404, 404, 401, 200, 404, 404, 401]);
    media.world.members.get(roomId)!.delete(alice.id);
    expect(await statuses()).toEqual([404, 404, 404, 401, 404, 404, 404, 401]);
  });

  it('answers for what is not there as for what is not meant for the reader', async () => {
    for (const path of ['/api/media/0198c0de-0000-7000-8000-00000000f11e/x', `/api/media/${file.id}/thumbnail`])
      expect((await media.get(path, alice)).status).toBe(404);
    expect((await media.get('/api/media/x/y', alice)).status).toBe(400);
    expect((await media.get(`${file.url}?download=1`, alice)).status).toBe(400);
  });

  it('carries the headers that keep a file from doing anything', async () => {
    const { headers } = await media.get(file.url, alice);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(content.length),
      'content-disposition': `attachment; filename="paper (1).pdf"; filename*=UTF-8''paper%20%281%29.pdf`,
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-site',
    });
    expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
    expect(headers.getSetCookie()).toEqual([]);
  });

  it('shows pictures and plain text in the page, and everything else not', async () => {
    const kinds = [
      [await png(), 'a.png', 'inline', 'image/png'],
      [Buffer.from('text'), 'a.txt', 'inline', 'text/plain; charset=utf-8'],
      [Buffer.from('a,b'), 'a.csv', 'attachment', 'text/csv; charset=utf-8'],
    ] as const;
    for (const [bytes, name, disposition, type] of kinds) {
      const { headers } = await media.get((await media.upload(alice, bytes, { name })).url, alice);
      expect([headers.get('content-disposition')?.split(';')[0], headers.get('content-type')]).toEqual([disposition, type]);
    }
  });

  const end = content.length - 1;
  it.for([
    ['bytes=0-9', 0, 9],
    ['bytes=100-', 100, end],
    ['bytes=-10', content.length - 10, end],
    [`bytes=${end}-`, end, end],
    ['bytes=0-99999999999', 0, end],
    ['bytes=-99999999999', 0, end],
    [`bytes=5-6,${Array.from({ length: 1_000 }, (_, n) => `${n}-`).join(',')}`, 5, 6],
  ] as const)('serves the part %s', async ([range, from, to]) => {
    const response = await media.get(file.url, alice, { range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to}/${content.length}`);
    expect(Buffer.from(await response.arrayBuffer()).equals(content.subarray(from, to + 1))).toBe(true);
  });

  it('says which parts there are not', async () => {
    for (const range of [`bytes=${content.length}-`, 'bytes=-0']) {
      const response = await media.get(file.url, alice, { range });
      expect([response.status, response.headers.get('content-range')]).toEqual([416, `bytes */${content.length}`]);
      expect(await response.json()).toMatchObject({ code: 'RANGE_NOT_SATISFIABLE' });
    }
  });

  it('serves all when the range means nothing or another version', async () => {
    for (const headers of [
      { range: 'lines=1-2' },
      { range: 'bytes=9-1' },
      { range: 'bytes=x' },
      { range: 'bytes=0-1', 'if-range': '"other"' },
    ])
      expect((await media.get(file.url, alice, headers)).status).toBe(200);
    const etag = (await media.get(file.url, alice)).headers.get('etag')!;
    expect((await media.get(file.url, alice, { range: 'bytes=0-1', 'if-range': etag })).status).toBe(206);
  });

  it('sends nothing that the reader has, and asks all the same whether he may', async () => {
    const etag = (await media.get(file.url, alice)).headers.get('etag')!;
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await media.get(file.url, alice, { 'if-none-match': tag });
      expect([response.status, await response.text()]).toEqual([304, '']);
    }
    expect((await media.get(file.url, alice, { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await media.get(file.url, await media.world.person(), { 'if-none-match': etag })).status).toBe(404);
  });

  it('answers HEAD as GET, without the bytes', async () => {
    const response = await fetch(media.url + file.url, { method: 'HEAD', headers: { cookie: alice.cookie, range: 'bytes=0-9' } });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([206, '10', '']);
  });
});
