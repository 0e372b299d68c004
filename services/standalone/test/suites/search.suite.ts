import { ChatClient, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Place } from './world.js';

/** `docs/api` §4: what was written can be found within this time (ms). */
const FOUND_WITHIN_MS = 5_000;

/** Search, in whatever mode. `start` brings an installation. */
export const searching = (start: () => Promise<Place>) =>
  describe('search', () => {
    let product: Place;
    let alice: ChatClient;
    let bob: ChatClient;
    const clients: ChatClient[] = [];

    beforeAll(async () => {
      product = await start();
      [alice, bob] = await Promise.all([newPerson(), newPerson()]);
    });

    afterAll(async () => {
      for (const client of clients) await client[Symbol.asyncDispose]();
      await product?.[Symbol.asyncDispose]();
    });

    const newPerson = async (): Promise<ChatClient> => {
      const client = new ChatClient({ url: product.url });
      clients.push(client);
      return client.register();
    };
    const create = (owner: ChatClient, visibility: 'public' | 'private') =>
      owner.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName(), visibility } });
    const write = async ({ http }: ChatClient, id: string, text: string): Promise<string> => {
      const posted = await http.call('POST /api/chat/rooms/{id}/messages', { params: { id }, query: { wait: 'stored' }, body: { text } });
      return 'id' in posted ? posted.id : posted.messageId;
    };
    const search = ({ http }: ChatClient, q: string, more: Record<string, string> = {}) =>
      http.call('GET /api/search', { query: { q, ...more } });
    const find = async (client: ChatClient, q: string, more: Record<string, string> = {}): Promise<string[]> =>
      (await search(client, q, more)).hits.map(({ message }) => message.text).toSorted();
    const eventuallyFinds = (client: ChatClient, q: string, expected: readonly string[]) =>
      eventually(async () => expect(await find(client, q)).toEqual(expected.toSorted()), { timeoutMs: FOUND_WITHIN_MS, intervalMs: 50 });
    /** A word that nobody else uses. */
    const newWord = () =>
      `w${newClientMsgId()
        .replaceAll(/[^a-z0-9]/giu, '')
        .slice(-12)
        .toLowerCase()}`;

    it('finds what was written, as it is now, with marks where it is', async () => {
      const { id } = await create(alice, 'public');
      const word = newWord();
      const [kept, edited, deleted] = await Promise.all([
        write(alice, id, `Über ${word} 東京都`),
        write(alice, id, `${word} before`),
        write(alice, id, `${word} to be deleted`),
      ]);
      await eventuallyFinds(bob, word, [`Über ${word} 東京都`, `${word} before`, `${word} to be deleted`]);
      await alice.http.call('PATCH /api/chat/rooms/{id}/messages/{messageId}', {
        params: { id, messageId: edited },
        body: { text: `${word} after` },
      });
      await alice.http.call('DELETE /api/chat/rooms/{id}/messages/{messageId}', { params: { id, messageId: deleted } });
      expect(await find(bob, `${word} deleted`)).toEqual([]); // at once
      await eventuallyFinds(bob, word, [`Über ${word} 東京都`, `${word} after`]);

      const { hits } = await search(bob, `uber 京都 from:${alice.http.user!.username}`, { roomId: id });
      expect(hits).toMatchObject([{ message: { id: kept, roomId: id, sender: { id: alice.userId } } }]);
      const [{ snippet }] = hits as [(typeof hits)[number]];
      expect(snippet.marks.map(([from, to]) => snippet.text.slice(from, to))).toEqual(['Über', '京都']);
    });

    it('finds in each room for those alone who may read it, and for nobody who was removed or banned a moment ago', async () => {
      const word = newWord();
      const [open, closed] = await Promise.all([create(alice, 'public'), create(alice, 'private')]);
      const direct = await alice.http.call('POST /api/chat/direct', { body: { userId: bob.userId } });
      const eve = await newPerson();
      const { code } = await alice.http.call('POST /api/chat/rooms/{id}/invites', { params: { id: closed.id }, body: {} });
      await bob.http.call('POST /api/invites/{code}', { params: { code } });
      await Promise.all([
        write(alice, open.id, `${word} open`),
        write(alice, closed.id, `${word} closed`),
        write(bob, direct.id, `${word} direct`),
      ]);

      await eventuallyFinds(bob, word, [`${word} open`, `${word} closed`, `${word} direct`]);
      expect(await find(eve, word)).toEqual([`${word} open`]);
      const member = { id: closed.id, userId: bob.userId };
      await alice.http.call('DELETE /api/chat/rooms/{id}/members/{userId}', { params: member });
      expect(await find(bob, word)).toEqual([`${word} direct`, `${word} open`]);
      await alice.http.call('DELETE /api/chat/rooms/{id}/members/{userId}', {
        params: { id: open.id, userId: eve.userId },
        query: { ban: 'true' },
      });
      expect(await find(eve, word)).toEqual([]);
      await alice.http.call('DELETE /api/chat/rooms/{id}', { params: { id: closed.id } });
      expect(await find(alice, word)).toHaveLength(3); // an archived room can still be read
    });

    it('pages through all hits in either order, and forgives a slip', async () => {
      const { id } = await create(alice, 'public');
      const word = newWord();
      await Promise.all(Array.from({ length: 7 }, (_, index) => write(alice, id, `${word} ${index}`)));
      const letters = word.replaceAll(/[0-9]/gu, (digit) => 'bcdfghjklm'[Number(digit)]!);
      await write(alice, id, `once ${letters}`);
      await eventually(async () => expect((await search(bob, word)).hits).toHaveLength(7), { timeoutMs: FOUND_WITHIN_MS, intervalMs: 50 });
      for (const sort of ['relevance', 'time']) {
        const seen: string[] = [];
        for (let cursor: string | null | undefined = undefined; cursor !== null;) {
          const page = await search(bob, word, { sort, limit: '3', ...(cursor === undefined ? {} : { cursor }) });
          seen.push(...page.hits.map(({ message }) => message.id));
          cursor = page.nextCursor;
        }
        expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
      }
      await eventuallyFinds(bob, `${letters.slice(0, 4)}${letters.slice(5)}`, [`once ${letters}`]);
    });

    it.each([
      '',
      'q=',
      'q=%00',
      'q=a&q=b',
      'q=a&from=x',
      'q=a&before=yesterday',
      'q=a&has=sound',
      'q=has:sound',
      'q=a&cursor=e30',
      'q=a&sort=size',
      'q=a&x=1',
    ])('refuses ?%s', async (query) => {
      const response = await fetch(`${product.url}/api/search?${query}`, {
        headers: { authorization: `Bearer ${alice.http.accessToken}` },
      });
      expect([response.status, await response.json()]).toMatchObject([400, { code: 'VALIDATION_FAILED' }]);
    });
  });
