import { randomUUID } from 'node:crypto';
import { Media } from '@parley/contracts';
import { HttpSession, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pngFile, textFile, type SampleFile } from '../support/sample-files.js';
import { asking, refusal, type Ask } from './contract-caller.js';
import type { Place } from './world.js';

const MAX_BYTES = 16 * 1024 * 1024;
const picture = pngFile('a hill.png', 900, 30);
const paper = { name: 'plan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n0123456789') };

/** One test for each line of `docs/api` §7. `start` brings an installation. */
export const contractOfMedia = (start: () => Promise<Place>) =>
  describe('media of docs/api §7', () => {
    let product: Place;
    let ask: Ask;
    let owner: HttpSession;
    let member: HttpSession;
    let stranger: HttpSession;
    /** Private, of the owner and the member. */
    let roomId: string;
    let messages: string;

    beforeAll(async () => {
      product = await start();
      ask = asking(product.url);
      const newPerson = async () => {
        const person = new HttpSession(product.url);
        await person.register({ username: `person_${randomUUID().slice(0, 12)}` });
        return person;
      };
      [owner, member, stranger] = await Promise.all([newPerson(), newPerson(), newPerson()]);
      roomId = (await owner.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility: 'private' } })).id;
      messages = `/api/chat/rooms/${roomId}/messages`;
      const { code } = await owner.call('POST /api/chat/rooms/{id}/invites', { params: { id: roomId }, body: {} });
      await member.call('POST /api/invites/{code}', { params: { code } });
    });
    afterAll(() => product?.[Symbol.asyncDispose]());

    const headersOf = (who: HttpSession | undefined) => (who ? { authorization: `Bearer ${who.accessToken}` } : {});
    const post = async (who: HttpSession | undefined, { name, buffer }: SampleFile, fields: Record<string, string> = {}) => {
      const form = new FormData();
      for (const [field, value] of Object.entries(fields)) form.set(field, value);
      form.set('file', new Blob([new Uint8Array(buffer)]), name);
      const response = await fetch(`${product.url}/api/media`, { method: 'POST', body: form, headers: headersOf(who) });
      return { status: response.status, body: (await response.json()) as unknown };
    };
    const upload = async (file: SampleFile): Promise<Media> => Media.parse((await post(owner, file)).body);
    const get = (who: HttpSession | undefined, path: string, headers: Record<string, string> = {}) =>
      fetch(product.url + path, { headers: { ...headersOf(who), ...headers } });
    const send = (attachments: string[], clientMsgId = newClientMsgId(), text = '') =>
      ask(owner, `POST ${messages}?wait=stored`, { clientMsgId, text, attachments });

    it('POST /api/media: 201 with what is stored; what is too large, of a wrong kind or broken is refused', async () => {
      const { status, body } = await post(owner, picture, { altText: 'a hill at noon' });
      expect([status, body]).toMatchObject([
        201,
        { name: 'a hill.png', type: 'image/png', width: 900, height: 30, altText: 'a hill at noon', thumbnailUrl: expect.any(String) },
      ]);
      const size = Number((await get(owner, Media.parse(body).url)).headers.get('content-length'));
      expect(Media.parse(body).size).toBe(size);
      const broken = { ...picture, buffer: picture.buffer.subarray(0, 60) };
      const refusals = await Promise.all([
        post(undefined, paper),
        post(owner, textFile('page.png', '<!doctype html><script>1</script>')),
        post(owner, broken),
        post(owner, textFile('long.txt', 'a'.repeat(MAX_BYTES + 1))),
        ask(owner, 'POST /api/media', { file: 'no form' }),
      ]);
      expect(refusals.map((refused) => [refused.status, (refused.body as { code: string }).code])).toEqual([
        [401, 'UNAUTHENTICATED'],
        [415, 'MEDIA_TYPE_REFUSED'],
        [422, 'MEDIA_UNREADABLE'],
        [413, 'TOO_LARGE'],
        [400, 'VALIDATION_FAILED'],
      ]);
    });

    it('GET /api/media/:id/:name: for its uploader, then for whoever may read the room', async () => {
      const [shown, kept] = [await upload(picture), await upload(paper)];
      const statuses = async () => Promise.all([owner, member, stranger, undefined].map(async (who) => (await get(who, shown.url)).status));
      expect(await statuses()).toEqual([200, 404, 404, 401]);
      expect(await send([shown.id, kept.id])).toMatchObject({ status: 201, body: { attachments: [shown, kept] } });
      expect(await statuses()).toEqual([200, 200, 404, 401]);

      const whole = await get(member, kept.url);
      expect(Buffer.from(await whole.arrayBuffer()).equals(paper.buffer)).toBe(true);
      expect(Object.fromEntries(whole.headers)).toMatchObject({
        'content-type': 'application/pdf',
        'content-disposition': expect.stringMatching(/^attachment/),
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining('sandbox'),
        'cache-control': expect.stringContaining('private'),
      });
      expect((await get(member, shown.url)).headers.get('content-disposition')).toMatch(/^inline/);
      const part = await get(member, kept.url, { range: 'bytes=9-12' });
      expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '0123', 'bytes 9-12/19']);
      const beyond = await get(member, kept.url, { range: 'bytes=99-' });
      expect([beyond.status, await beyond.json()]).toMatchObject([416, { code: 'RANGE_NOT_SATISFIABLE' }]);
      expect((await get(member, kept.url, { 'if-none-match': whole.headers.get('etag')! })).status).toBe(304);
    });

    it('GET /api/media/:id/thumbnail: webp of at most 640 px; 404 where there is none', async () => {
      const [shown, kept] = [await upload(picture), await upload(paper)];
      const small = await get(owner, shown.thumbnailUrl!);
      expect([small.status, small.headers.get('content-type')]).toEqual([200, 'image/webp']);
      expect(kept.thumbnailUrl).toBeUndefined();
      expect(await ask(owner, `GET /api/media/${kept.id}/thumbnail`)).toMatchObject(refusal(404, 'MEDIA_NOT_FOUND'));
      expect(await ask(stranger, `GET /api/media/${shown.id}/thumbnail`)).toMatchObject(refusal(404, 'MEDIA_NOT_FOUND'));
    });

    it('DELETE /api/media/:id: own and not yet posted', async () => {
      const [unused, used] = [await upload(paper), await upload(paper)];
      await send([used.id]);
      expect(await ask(stranger, `DELETE /api/media/${unused.id}`)).toMatchObject(refusal(404, 'MEDIA_NOT_FOUND'));
      expect(await ask(owner, `DELETE /api/media/${unused.id}`)).toMatchObject({ status: 204 });
      expect((await get(owner, unused.url)).status).toBe(404);
      expect(await ask(owner, `DELETE /api/media/${used.id}`)).toMatchObject(refusal(409, 'MEDIA_IN_USE'));
    });

    it('attachments: once, by their uploader; the line of the room is named after them', async () => {
      const file = await upload(paper);
      const theirs = await ask(member, `POST ${messages}`, { text: '', attachments: [file.id] });
      expect(theirs).toMatchObject(refusal(409, 'MEDIA_NOT_ATTACHABLE'));
      expect(await send([file.id])).toMatchObject({ status: 201 });
      for (const again of [file.id, randomUUID()]) expect(await send([again])).toMatchObject(refusal(409, 'MEDIA_NOT_ATTACHABLE'));
      const preview = async () => {
        const { conversations } = await member.call('GET /api/chat/conversations');
        return conversations.find(({ room }) => room.id === roomId)?.lastMessage?.preview;
      };
      await eventually(async () => expect(await preview()).toBe('plan.pdf'));
    });

    it('attachments: gone with their message, and a repeat of it is answered as before', async () => {
      const [file, clientMsgId] = [await upload(paper), newClientMsgId()];
      const first = await send([file.id], clientMsgId);
      const { id } = first.body as { id: string };
      expect(await ask(owner, `DELETE ${messages}/${id}`)).toMatchObject({ status: 200, body: { attachments: [] } });
      await eventually(async () => (await get(member, file.url)).status === 404);
      const repeat = { clientMsgId, text: '', attachments: [file.id] };
      expect(await ask(owner, `POST ${messages}`, repeat)).toMatchObject({ status: 202, body: { messageId: id, clientMsgId } });
      expect(await ask(owner, `POST ${messages}?wait=stored`, repeat)).toMatchObject({ status: 201, body: { id, attachments: [] } });
      expect((await get(owner, file.url)).status).toBe(404);
    });
  });
