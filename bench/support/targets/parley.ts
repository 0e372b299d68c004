import { HttpSession, TEST_PASSWORD, uniqueRoomName, uniqueUsername } from '@parley/testing';
import { startProduct } from '../../../services/standalone/test/support/product.ts';
import type { Pair, Target, TargetKind } from '../target.ts';

/** Registrations at a time: hashing passwords is meant to be slow. */
const AT_A_TIME = 4;

/** The product as `npm start` runs it, with its defaults except the rate limits. */
export const parley: TargetKind = {
  name: 'parley',
  description: 'the whole product in embedded mode: accounts, membership, dense order, each message once, ack when durable',
  async start(): Promise<Target> {
    const product = await startProduct({ env: { PARLEY_LIMITS_FACTOR: '0', PARLEY_LOG_LEVEL: 'warn', NODE_ENV: 'production' } });
    const reader = new HttpSession(product.url);
    return {
      url: product.url,
      get pid() {
        return product.pid;
      },
      pairs: async (count) => {
        await reader.register({ username: uniqueUsername(), password: TEST_PASSWORD });
        const pairs: Pair[] = [];
        const worker = async () => {
          for (let taken = pairs.length; taken < count; taken = pairs.length) {
            const place = pairs.push({ roomId: '', senderToken: '', listenerToken: '' }) - 1;
            pairs[place] = await makePair(product.url);
          }
        };
        await Promise.all(Array.from({ length: AT_A_TIME }, worker));
        return pairs;
      },
      countStored: async (pairs) => {
        let stored = 0;
        for (const { roomId } of pairs) {
          const page = await reader.call('GET /api/chat/rooms/{id}/messages', { params: { id: roomId }, query: { limit: '1' } });
          stored += page.head;
        }
        return stored;
      },
      [Symbol.asyncDispose]: async () => {
        await product.stop();
        await product[Symbol.asyncDispose]();
      },
    };
  },
};

async function makePair(url: string): Promise<Pair> {
  const [sender, listener] = [new HttpSession(url), new HttpSession(url)];
  for (const person of [sender, listener]) await person.register({ username: uniqueUsername(), password: TEST_PASSWORD });
  const room = await sender.call('POST /api/chat/rooms', { body: { name: uniqueRoomName('bench') } });
  await listener.call('POST /api/chat/rooms/{id}/join', { params: { id: room.id } });
  return { roomId: room.id, senderToken: sender.accessToken, listenerToken: listener.accessToken };
}
