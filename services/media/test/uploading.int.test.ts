import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MediaFixture, type Person } from './media-fixture.js';
import { jpeg, plain, png } from './pictures.js';
import sharp from 'sharp';

describe('uploading', () => {
  let media: MediaFixture;
  let alice: Person;
  beforeAll(async () => {
    media = await MediaFixture.start();
    alice = await media.world.person();
  });
  afterAll(() => media[Symbol.asyncDispose]());

  it('takes an image and tells all that a page needs to know of it', async () => {
    const image = await media.upload(alice, await png(1000, 500), { name: 'hill.png', altText: 'a hill' });
    expect(image).toMatchObject({
      name: 'hill.png',
      type: 'image/png',
      width: 1000,
      height: 500,
      altText: 'a hill',
      url: `/api/media/${image.id}/hill.png`,
      thumbnailUrl: `/api/media/${image.id}/thumbnail`,
      placeholder: expect.stringMatching(/^[A-Za-z0-9+/]{20,60}=*$/),
    });
    const bytes = await media.bytesOf(image.url, alice);
    expect(bytes).toHaveLength(image.size);
    const thumbnail = await sharp(await media.bytesOf(image.thumbnailUrl!, alice)).metadata();
    expect(thumbnail).toMatchObject({ format: 'webp', width: 640, height: 320 });
  });

  it('keeps everything else byte by byte', async () => {
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(300_000)]);
    const file = await media.upload(alice, pdf, { name: 'paper.pdf' });
    expect(file).toMatchObject({ type: 'application/pdf', size: pdf.length, name: 'paper.pdf' });
    expect(file).not.toHaveProperty('width');
    const response = await media.get(file.url, alice);
    expect(
      createHash('sha256')
        .update(Buffer.from(await response.arrayBuffer()))
        .digest('hex'),
    ).toBe(createHash('sha256').update(pdf).digest('hex'));
    expect(response.headers.get('etag')).toBe(`"${createHash('sha256').update(pdf).digest('hex')}"`);
  });

  it('applies the orientation of photographs', async () => {
    const photo = await plain(60, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(await media.upload(alice, photo)).toMatchObject({ width: 40, height: 60, type: 'image/jpeg', name: 'file.jpg' });
  });

  it.for(['gif', 'webp'] as const)('keeps an animated %s moving', async (format) => {
    const frames = [0, 90, 180].map((r) => ({ create: { width: 20, height: 10, channels: 3 as const, background: { r, g: 9, b: 9 } } }));
    const animated = await sharp(await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer())), { join: { animated: true } })
      .toFormat(format, { delay: [100, 100, 100] })
      .toBuffer();
    const image = await media.upload(alice, animated);
    expect(image).toMatchObject({ type: `image/${format}`, width: 20, height: 10 });
    expect((await sharp(await media.bytesOf(image.url, alice)).metadata()).pages).toBe(3);
    expect((await sharp(await media.bytesOf(image.thumbnailUrl!, alice)).metadata()).pages ?? 1).toBe(1);
  });

  it('serves avif as webp, under a name that fits', async () => {
    const image = await media.upload(alice, await plain(40, 30).avif({ effort: 0 }).toBuffer(), { name: 'photo.avif' });
    expect(image).toMatchObject({ type: 'image/webp', name: 'photo.webp', width: 40, height: 30 });
  });

  it('tells how long a sound lasts', async () => {
    const seconds = 2;
    const data = Buffer.alloc(8_000 * seconds);
    const header = Buffer.alloc(44);
    header.write('RIFF', 0).toString();
    header.writeUInt32LE(36 + data.length, 4);
    header.write('WAVEfmt ', 8);
    header.writeUInt32LE(16, 16);
    header.writeUInt16LE(1, 20);
    header.writeUInt16LE(1, 22);
    header.writeUInt32LE(8_000, 24);
    header.writeUInt32LE(8_000, 28);
    header.writeUInt16LE(1, 32);
    header.writeUInt16LE(8, 34);
    header.write('data', 36);
    header.writeUInt32LE(data.length, 40);
    expect(await media.upload(alice, Buffer.concat([header, data]), { name: 'tone.wav' })).toMatchObject({
      type: 'audio/wav',
      durationMs: 2_000,
      size: 16_044,
    });
  });

  it('is for people who are logged in, and answers for the form in the words of the contract', async () => {
    const form = new FormData();
    form.set('file', new Blob(['text']), 'a.txt');
    expect((await fetch(`${media.url}/api/media`, { method: 'POST', body: form })).status).toBe(401);
    const byCookie = await fetch(`${media.url}/api/media`, { method: 'POST', body: form, headers: { cookie: alice.cookie } });
    expect(byCookie.status).toBe(401);
    expect(
      (await fetch(`${media.url}/api/media?x=1`, { method: 'POST', body: form, headers: { authorization: `Bearer ${alice.token}` } }))
        .status,
    ).toBe(400);
  });

  it('lets the owner take an unused file back', async () => {
    const bob = await media.world.person();
    const { id, url } = await media.upload(alice, await jpeg());
    const remove = (person: Person) =>
      fetch(`${media.url}/api/media/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${person.token}` } });
    expect((await remove(bob)).status).toBe(404);
    expect((await media.get(url, bob)).status).toBe(404);
    expect((await remove(alice)).status).toBe(204);
    expect((await media.get(url, alice)).status).toBe(404);
    expect((await remove(alice)).status).toBe(404);
    expect((await media.listObjects()).filter(({ key }) => key.endsWith(id))).toEqual([]);
  });
});
