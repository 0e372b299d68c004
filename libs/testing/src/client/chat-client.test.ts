import { ParleyError } from '@parley/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { v7 } from 'uuid';
import { eventually } from '../eventually.js';
import { assertCleanHistory } from '../history/check-history.js';
import { HistoryRecorder } from '../history/history-recorder.js';
import { ChatClient, type ChatClientOptions } from './chat-client.js';
import { FakeProduct } from './fake-product.js';

let product: FakeProduct;
let recorder: HistoryRecorder;
let roomId: string;
const clients: ChatClient[] = [];

beforeEach(async () => {
  product = await FakeProduct.start();
  recorder = new HistoryRecorder();
  roomId = v7();
  product.rooms.set(roomId, []);
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client[Symbol.asyncDispose]();
  await product[Symbol.asyncDispose]();
});

async function connected(options: Partial<ChatClientOptions> = {}): Promise<ChatClient> {
  const client = new ChatClient({
    url: product.url,
    recorder,
    ackTimeoutMs: 150,
    backoff: { baseMs: 2, maxMs: 20 },
    gapWaitMs: 5,
    ...options,
  });
  clients.push(client);
  return (await client.register()).connect();
}

const stored = () =>
  [...product.rooms.values()].flat().map(({ id, sender, ...message }) => ({ ...message, messageId: id, senderId: sender?.id ?? null }));
const checkAll = () => assertCleanHistory({ attempts: recorder.attempts, stored: stored(), received: recorder.receivedRooms });
const hasAll = (client: ChatClient) => eventually(() => client.timeline(roomId).lastSeq === product.rooms.get(roomId)!.length);
const fill = (count: number) => Array.from({ length: count }, (_, index) => product.post(roomId, `old ${index}`));

describe('HTTP', () => {
  it('keeps the cookie and the token of the last answer', async () => {
    const client = await connected();
    const before = client.http.accessToken;
    await client.http.refresh();
    expect(client.http.accessToken).not.toBe(before);
    expect((await client.history(roomId, { after: '0', limit: '10' })).head).toBe(0);
  });

  it('throws refusals with their code, and says so when there was no answer', async () => {
    const client = await connected();
    product.expireTokens();
    await expect(client.http.call('GET /api/chat/rooms/{id}/messages', { params: { id: roomId } })).rejects.toMatchObject({
      name: 'ParleyError',
      code: 'UNAUTHENTICATED',
    });
    await product.stop();
    await expect(client.history(roomId)).rejects.toMatchObject({ name: 'NoAnswerError' });
    await product.restart();
  });

  it('renews a token that is refused, and asks again', async () => {
    const client = await connected();
    product.expireTokens();
    expect((await client.history(roomId, { after: '0', limit: '10' })).head).toBe(0);
    expect(client.http.accessToken).toBe(await client.session.accessToken());
  });

  it('refreshes once for many callers', async () => {
    const client = await connected();
    await Promise.all([client.http.refresh(), client.http.refresh(), client.http.refresh()]);
    expect(product.calls.filter((call) => call === 'POST /api/refresh')).toHaveLength(1);
  });
});

describe('sendReliably', () => {
  it('repeats with the same id until the answer is definite', async () => {
    const client = await connected();
    product.fates.push({ code: 'UNCONFIRMED' }, { code: 'BUSY' }, 'store-silently', { code: 'UNAVAILABLE' });
    const sent = await client.sendReliably({ roomId, text: 'hello' });
    expect(new Set(product.sends.map((send) => send.clientMsgId))).toEqual(new Set([sent.clientMsgId]));
    expect(product.sends).toHaveLength(5);
    expect(product.rooms.get(roomId)).toHaveLength(1);
    expect(recorder.attempts).toMatchObject([{ outcome: 'acked', messageId: sent.messageId }]);
  });

  it('waits as long as a rate limit asks', async () => {
    const client = await connected();
    product.fates.push({ code: 'RATE_LIMITED', retryAfterMs: 120 });
    const begin = performance.now();
    await client.sendReliably({ roomId, text: 'hello' });
    expect(performance.now() - begin).toBeGreaterThanOrEqual(118);
  });

  it('stops at a refusal for good', async () => {
    const client = await connected();
    product.fates.push({ code: 'NOT_A_MEMBER' });
    await expect(client.sendReliably({ roomId, text: 'hello' })).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    expect(product.sends).toHaveLength(1);
    expect(recorder.attempts).toMatchObject([{ outcome: 'rejected' }]);
  });

  it('does not call refused what an earlier try may have stored', async () => {
    const client = await connected();
    product.fates.push('store-silently', { code: 'BANNED' });
    await expect(client.sendReliably({ roomId, text: 'hello' })).rejects.toBeInstanceOf(ParleyError);
    expect(recorder.attempts).toMatchObject([{ outcome: 'indeterminate' }]);
    checkAll();
  });

  it.each([
    { fate: 'ignore' as const, outcome: 'indeterminate' },
    { fate: { code: 'RATE_LIMITED' as const, retryAfterMs: 10_000 }, outcome: 'rejected' },
  ])('gives up with its signal: $outcome', async ({ fate, outcome }) => {
    const client = await connected({ ackTimeoutMs: 10_000 });
    product.fates.push(fate);
    const stop = new AbortController();
    const sending = client.sendReliably({ roomId, text: 'hello', signal: stop.signal });
    await eventually(() => product.sends.length === 1);
    await eventually(() => typeof fate === 'string' || client.retries === 1);
    stop.abort(new Error('enough'));
    await expect(sending).rejects.toThrow();
    expect(recorder.attempts).toMatchObject([{ outcome }]);
  });

  it('survives cuts and restarts of the server', async () => {
    const [writer, reader] = [await connected(), await connected()];
    await reader.openRoom(roomId);
    for (let round = 0; round < 12; round += 1) {
      product.fates.push(round % 3 === 0 ? 'store-silently' : 'store');
      const sending = writer.sendReliably({ roomId, text: `text ${round}` });
      if (round % 4 === 1) writer.cut();
      if (round === 6) {
        await product.stop();
        await product.restart();
      }
      await sending;
    }
    await hasAll(reader);
    expect(checkAll().counts).toMatchObject({ acked: 12, stored: 12 });
    expect(writer.connects).toBeGreaterThan(3);
  });
});

describe('connection', () => {
  it('fetches a new token when the old one is refused', async () => {
    const client = await connected();
    product.expireTokens();
    client.cut();
    await eventually(() => client.isConnected && client.connects === 2);
    expect(product.calls).toContain('POST /api/refresh');
  });

  it('comes back after a refusal that passes, and not before it was asked to', async () => {
    const client = await connected();
    product.refusal = { code: 'RATE_LIMITED', retryAfterMs: 80 };
    client.cut();
    await eventually(() => product.sockets === 0);
    const begin = performance.now();
    const back = client.connect();
    await eventually(() => !client.isConnected);
    setTimeout(() => (product.refusal = undefined), 20);
    await back;
    expect(performance.now() - begin).toBeGreaterThanOrEqual(60);
  });

  it('stays away when it was refused for good, or its session was ended', async () => {
    const [banned, loggedOut] = [await connected(), await connected()];
    product.refusal = { code: 'FORBIDDEN' };
    banned.cut();
    await eventually(() => banned.ended !== undefined);
    await expect(banned.connect()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    product.refusal = undefined;
    product.endSession('logged out elsewhere');
    await eventually(() => loggedOut.ended !== undefined);
    await expect(loggedOut.sendReliably({ roomId, text: 'x' })).rejects.toThrow('logged out elsewhere');
    expect(loggedOut.connects).toBe(1);
  });

  it('moves to a new connection when the server drains, before it leaves the old one', async () => {
    const client = await connected();
    await client.openRoom(roomId);
    product.drain(40);
    await eventually(() => client.connects === 2 && product.sockets === 1);
    await client.sendReliably({ roomId, text: 'after the move' });
    await hasAll(client);
    expect(checkAll().counts).toMatchObject({ acked: 1, stored: 1 });
  });
});

describe('rooms', () => {
  it('opens with the newest page and follows live', async () => {
    fill(120);
    const client = await connected();
    const timeline = await client.openRoom(roomId);
    expect([timeline.messages[0]!.seq, timeline.lastSeq]).toEqual([71, 120]);
    product.post(roomId, 'new');
    await hasAll(client);
    checkAll();
  });

  it('tells what is new once and in order, also what was missed while away, and nothing of before', async () => {
    fill(3);
    const client = await connected();
    const told: number[] = [];
    client.onMessage(({ seq }) => void told.push(seq));
    await client.openRoom(roomId);
    product.post(roomId, 'live');
    await hasAll(client);
    product.isDeaf = true;
    fill(2);
    client.cut();
    await hasAll(client);
    expect(told).toEqual([4, 5, 6]);
  });

  it('refuses to open what does not exist', async () => {
    const client = await connected();
    await expect(client.openRoom(v7())).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
    expect(client.rooms.timelines.size).toBe(0);
  });

  it('repairs a hole, and a lost tail when it hears of the head', async () => {
    const client = await connected();
    await client.openRoom(roomId);
    product.isDeaf = true;
    fill(3);
    product.isDeaf = false;
    product.post(roomId, 'after the hole');
    await hasAll(client);
    product.isDeaf = true;
    fill(2);
    product.announceHead(roomId);
    await hasAll(client);
    expect(client.rooms.repairs).toBe(2);
    checkAll();
  });

  it('fetches after a reconnect what it missed', async () => {
    const client = await connected();
    await client.openRoom(roomId);
    product.isDeaf = true;
    fill(70);
    client.cut();
    await hasAll(client);
    expect(product.calls.filter((call) => call === 'rooms:sync')).toHaveLength(1);
    checkAll();
  });

  it('reads the history when too much was missed to be recovered', async () => {
    const client = await connected();
    await client.openRoom(roomId);
    product.isDeaf = true;
    product.recoverMax = 200;
    fill(730);
    client.cut();
    await hasAll(client);
    expect(product.calls.filter((call) => call.endsWith('/messages')).length).toBeGreaterThanOrEqual(4);
    checkAll();
  });

  it('throws away what it has when the history was restored from a backup', async () => {
    const client = await connected();
    fill(9);
    await client.openRoom(roomId);
    product.rooms.set(roomId, []);
    product.epoch = 2;
    fill(4);
    await eventually(() => client.timeline(roomId).epoch === 2 && client.timeline(roomId).lastSeq === 4);
    expect(checkAll().counts.stored).toBe(4);
  });

  it('drops a room that it may no longer read, and keeps the others', async () => {
    const other = v7();
    product.rooms.set(other, []);
    const client = await connected();
    await client.openRoom(roomId);
    await client.openRoom(other);
    product.rooms.delete(other);
    client.cut();
    await eventually(() => client.rooms.failures.get(other) === 'ROOM_NOT_FOUND');
    product.post(roomId, 'still here');
    await hasAll(client);
    expect(() => client.timeline(other)).toThrow('ROOM_NOT_FOUND');
  });

  it('asks again for a room that cannot be answered for just now', async () => {
    const client = await connected();
    await client.openRoom(roomId);
    product.syncFaults.push('UNAVAILABLE', 'UNAVAILABLE');
    client.cut();
    product.post(roomId, 'while away');
    await hasAll(client);
    expect(client.rooms.failures.size).toBe(0);
  });

  it('ignores a room after closing it', async () => {
    const client = await connected();
    await client.openRoom(roomId);
    await client.rooms.close(roomId);
    product.post(roomId, 'unseen');
    await client.openRoom(roomId);
    expect(client.timeline(roomId).lastSeq).toBe(1);
  });
});
