import { HttpSession, TEST_PASSWORD, uniqueRoomName, uniqueUsername } from '@parley/testing';
import type { Pair } from './target.ts';

/** Registrations at a time: hashing passwords is meant to be slow. */
const AT_A_TIME = 4;

/** Where the services answer; the same address for all of them where one process is everything. */
export interface ServiceUrls {
  readonly auth: string;
  readonly rooms: string;
  readonly messages: string;
}

/** Rooms of Parley with two members each. */
export async function makePairs(urls: ServiceUrls, count: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  let taken = 0;
  const worker = async () => {
    while (taken++ < count) pairs.push(await makePair(urls));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return pairs;
}

/** How many messages are stored in the rooms of these pairs. */
export async function countStored(urls: ServiceUrls, pairs: readonly Pair[]): Promise<number> {
  const reader = await registered(urls);
  reader.url = urls.messages;
  let stored = 0;
  for (const { roomId } of pairs) {
    const page = await reader.call('GET /api/chat/rooms/{id}/messages', { params: { id: roomId }, query: { limit: '1' } });
    stored += page.head;
  }
  return stored;
}

async function makePair(urls: ServiceUrls): Promise<Pair> {
  const [sender, listener] = [await registered(urls), await registered(urls)];
  sender.url = listener.url = urls.rooms;
  const room = await sender.call('POST /api/chat/rooms', { body: { name: uniqueRoomName('bench') } });
  await listener.call('POST /api/chat/rooms/{id}/join', { params: { id: room.id } });
  return { roomId: room.id, senderToken: sender.accessToken, listenerToken: listener.accessToken };
}

async function registered(urls: ServiceUrls): Promise<HttpSession> {
  const session = new HttpSession(urls.auth);
  await session.register({ username: uniqueUsername(), password: TEST_PASSWORD });
  return session;
}
