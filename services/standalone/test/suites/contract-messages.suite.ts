import { randomUUID } from 'node:crypto';
import type { Message } from '@parley/contracts';
import { HttpSession, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asking, refusal, type Ask } from './contract-caller.js';
import type { Place } from './world.js';

/** One test for each line of `docs/api` §4. `start` brings an installation. */
export const contractOfMessages = (start: () => Promise<Place>) =>
  describe('messages of docs/api §4', () => {
    let product: Place;
    let ask: Ask;
    let owner: HttpSession;
    let author: HttpSession;
    let stranger: HttpSession;
    /** Private, of the owner and the author. */
    let messages: string;
    let roomId: string;

    beforeAll(async () => {
      product = await start();
      ask = asking(product.url);
      const newPerson = async () => {
        const person = new HttpSession(product.url);
        await person.register({ username: `person_${randomUUID().slice(0, 12)}` });
        return person;
      };
      [owner, author, stranger] = [await newPerson(), await newPerson(), await newPerson()];
      const room = await owner.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility: 'private' } });
      roomId = room.id;
      messages = `/api/chat/rooms/${roomId}/messages`;
      const { code } = await owner.call('POST /api/chat/rooms/{id}/invites', { params: { id: roomId }, body: {} });
      await author.call('POST /api/invites/{code}', { params: { code } });
    });
    afterAll(() => product?.[Symbol.asyncDispose]());

    const write = async (text: string): Promise<Message> => (await ask(author, `POST ${messages}?wait=stored`, { text })).body as Message;

    it('POST …/messages: 202 once durable, 201 when stored; a repeat gets the same ids, and the first body wins', async () => {
      const clientMsgId = newClientMsgId();
      const accepted = await ask(author, `POST ${messages}`, { clientMsgId, text: 'the first' });
      expect(accepted).toMatchObject({ status: 202, body: { clientMsgId, roomId, acceptedAt: expect.any(String) } });
      const { messageId } = accepted.body as { messageId: string };
      const stored = await ask(author, `POST ${messages}?wait=stored`, { clientMsgId, text: 'the second' });
      expect(stored).toMatchObject({ status: 201, body: { id: messageId, text: 'the first', sender: { id: author.userId } } });
      expect(await ask(author, `POST ${messages}`, { text: ' ' })).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      expect(await ask(author, `POST ${messages}`, { text: 'x'.repeat(4_001) })).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      expect(await ask(author, `POST ${messages}`, { text: 'x', replyTo: randomUUID() })).toMatchObject(refusal(404, 'MESSAGE_NOT_FOUND'));
      expect(await ask(stranger, `POST ${messages}`, { text: 'x' })).toMatchObject(refusal(404, 'ROOM_NOT_FOUND'));
    });

    it('GET …/messages: pages in ascending order, from one position at most', async () => {
      for (const text of ['one', 'two', 'three', 'four']) await write(text);
      const { head } = await author.call('GET /api/chat/rooms/{id}/messages', { params: { id: roomId } });
      const page = async (query: string) => {
        const { status, body } = await ask(owner, `GET ${messages}?${query}`);
        const { messages: found, ...rest } = body as { messages: Message[] };
        return { status, seqs: found.map(({ seq }) => seq), ...rest };
      };
      expect(await page('limit=2')).toMatchObject({ status: 200, seqs: [head - 1, head], head, hasMoreBefore: true, hasMoreAfter: false });
      expect(await page(`before=${head}&limit=2`)).toMatchObject({ seqs: [head - 2, head - 1], hasMoreAfter: true });
      expect(await page(`after=${head - 2}`)).toMatchObject({ seqs: [head - 1, head], hasMoreBefore: true });
      expect((await page(`around=${head - 1}&limit=3`)).seqs).toContain(head - 1);
      expect(await ask(owner, `GET ${messages}?before=1&after=1`)).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      expect(await ask(stranger, `GET ${messages}`)).toMatchObject(refusal(404, 'ROOM_NOT_FOUND'));
    });

    it('PATCH …/messages/:id and GET …/revisions: by its author, every version is kept', async () => {
      const { id } = await write('before');
      expect(await ask(author, `PATCH ${messages}/${id}`, { text: 'after' })).toMatchObject({
        status: 200,
        body: { id, text: 'after', rev: 1, editedAt: expect.any(String) },
      });
      expect(await ask(owner, `PATCH ${messages}/${id}`, { text: 'mine' })).toMatchObject(refusal(403, 'FORBIDDEN'));
      expect(await ask(stranger, `PATCH ${messages}/${id}`, { text: 'mine' })).toMatchObject(refusal(404, 'ROOM_NOT_FOUND'));
      expect(await ask(author, `PATCH ${messages}/${randomUUID()}`, { text: 'x' })).toMatchObject(refusal(404, 'MESSAGE_NOT_FOUND'));
      const revisions = {
        revisions: [
          { rev: 0, text: 'before' },
          { rev: 1, text: 'after' },
        ],
      };
      expect(await ask(owner, `GET ${messages}/${id}/revisions`)).toMatchObject({ status: 200, body: revisions });
      expect(await ask(stranger, `GET ${messages}/${id}/revisions`)).toMatchObject(refusal(404, 'ROOM_NOT_FOUND'));
    });

    it('DELETE …/messages/:id: by its author or an owner, for good', async () => {
      const [{ id }, { id: other }] = [await write('soon gone'), await write('gone by the owner')];
      expect(await ask(author, `DELETE ${messages}/${id}`)).toMatchObject({
        status: 200,
        body: { text: '', deletedAt: expect.any(String) },
      });
      expect(await ask(owner, `DELETE ${messages}/${other}`)).toMatchObject({ status: 200 });
      expect(await ask(author, `PATCH ${messages}/${id}`, { text: 'back' })).toMatchObject(refusal(409, 'MESSAGE_DELETED'));
      expect(await ask(owner, `GET ${messages}/${id}/revisions`)).toMatchObject({ status: 200, body: { revisions: [] } });
      expect(await ask(stranger, `DELETE ${messages}/${id}`)).toMatchObject(refusal(404, 'ROOM_NOT_FOUND'));
    });

    it('PUT and DELETE …/reactions/:emoji: 204, counted once for each person', async () => {
      const { id } = await write('well?');
      const thumb = encodeURIComponent('👍');
      for (const who of [author, owner, owner])
        expect(await ask(who, `PUT ${messages}/${id}/reactions/${thumb}`)).toMatchObject({ status: 204 });
      const reactions = async () => {
        const { messages: found } = await owner.call('GET /api/chat/rooms/{id}/messages', { params: { id: roomId } });
        return found.find((message) => message.id === id)!.reactions;
      };
      expect(await reactions()).toEqual([{ emoji: '👍', count: 2, userIds: [author.userId, owner.userId] }]);
      expect(await ask(author, `DELETE ${messages}/${id}/reactions/${thumb}`)).toMatchObject({ status: 204 });
      expect(await reactions()).toMatchObject([{ count: 1, userIds: [owner.userId] }]);
      expect(await ask(author, `PUT ${messages}/${id}/reactions/plain`)).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
      expect(await ask(stranger, `PUT ${messages}/${id}/reactions/${thumb}`)).toMatchObject(refusal(404, 'ROOM_NOT_FOUND'));
    });

    it('GET /api/search: in rooms that the caller may read, with marks in UTF-16 units', async () => {
      const word = `w${randomUUID().slice(0, 8)}`;
      const { id } = await write(`🌳 ${word}`);
      const search = (who: HttpSession | undefined) => ask(who, `GET /api/search?q=${word}&roomId=${roomId}&from=${author.userId}`);
      await eventually(async () =>
        expect(await search(owner)).toMatchObject({
          status: 200,
          body: { hits: [{ message: { id }, snippet: { marks: [[3, 3 + word.length]] } }], nextCursor: null },
        }),
      );
      expect((await search(stranger)).body).not.toHaveProperty('hits.0');
      expect(await search(undefined)).toMatchObject(refusal(401, 'UNAUTHENTICATED'));
      expect(await ask(owner, `GET /api/search?q=${word}&has=nothing`)).toMatchObject(refusal(400, 'VALIDATION_FAILED'));
    });
  });
