import type { Ack, Conversation, Message, OpenedRoom } from '@parley/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChatApi } from '../net/chat-api.js';
import { SessionKeeper, type SessionNews } from '@parley/client';
import {
  BOB,
  FakeFetch,
  FakeSockets,
  FakeTabs,
  ME,
  ROOM_ID,
  json,
  messageOf,
  messagesOf,
  openedOf,
  problem,
  roomOf,
  userOf,
  uuidOf,
} from '@parley/client/testing';
import { PushSubscriptions } from '../net/push-subscription.js';
import { ServiceWorkers } from '../net/service-worker.js';
import { ChatClient } from './chat-client.js';
import { NoDraftStore, type LocalDraft } from './draft-store.js';
import { MemoryOutboxStore } from './memory-outbox-store.js';

const DIRECT_ID = uuidOf(0xd1);

/** The whole client against a server that lives in the test: HTTP and sockets, one room. */
class World {
  readonly sockets = new FakeSockets();
  readonly stored: Message[] = messagesOf(1, 3);
  conversations: Conversation[] = [conversationOf({ head: 3, readSeq: 3 })];
  isUp = true;
  readonly read: number[] = [];
  readonly server = new FakeFetch(({ url, method }) => {
    if (!this.isUp) return Promise.reject(new TypeError('down'));
    if (url === '/api/refresh') return json({ user: userOf(ME, 'Me'), accessToken: 'token', expiresIn: 600 });
    if (url === '/api/logout') return new Response(null, { status: 204 });
    if (url === '/api/chat/conversations') return json({ conversations: this.conversations });
    if (url === '/api/chat/drafts') return json({ drafts: [] });
    if (url === '/api/chat/direct' && method === 'POST')
      return json(roomOf({ id: DIRECT_ID, kind: 'direct', name: '', peer: userOf(BOB, 'Bob') }));
    if (url.endsWith('/join')) return json(roomOf({ id: uuidOf(0xc1), name: 'joined' }));
    if (url.startsWith('/api/users/')) return json(userOf(BOB, 'Bob'));
    return problem('ROOM_NOT_FOUND', 404);
  });
  readonly session: SessionKeeper;
  readonly client: ChatClient;

  constructor() {
    const random = () => 0.5;
    const tabs = new FakeTabs<SessionNews | 'changed'>();
    this.session = new SessionKeeper({
      fetch: this.server.fetch,
      exclusive: tabs.exclusive,
      channel: new FakeTabs<SessionNews>().openChannel(),
      random,
    });
    this.sockets.onOpen = (socket) => {
      if (!this.isUp) return socket.refuse(undefined);
      socket.serve = (event, payload) => this.answer(event, payload as Record<string, unknown>);
      socket.ready();
    };
    this.client = new ChatClient({
      me: userOf(ME, 'Me'),
      session: this.session,
      api: new ChatApi(this.server.fetch, this.session),
      openSocket: this.sockets.open,
      outboxStore: new MemoryOutboxStore(),
      exclusive: tabs.exclusive,
      draftStore: new NoDraftStore(),
      draftChannel: new FakeTabs<LocalDraft>().openChannel(),
      fileChannel: new FakeTabs<string>().openChannel(),
      outboxChannel: new FakeTabs<'changed'>().openChannel(),
      storage: { getItem: () => null, setItem: () => undefined },
      push: new PushSubscriptions(new ChatApi(this.server.fetch, this.session), new ServiceWorkers(undefined)),
      random,
    });
  }

  async start(): Promise<void> {
    await this.session.restore();
    this.client.start();
    await vi.advanceTimersByTimeAsync(0);
  }

  store(changes: Partial<Message>): Message {
    const message = messageOf(this.stored.length + 1, changes);
    this.stored.push(message);
    return message;
  }

  emit(event: string, payload: unknown): void {
    this.sockets.newest.handlers.event(event, payload);
  }

  requests(event: string): unknown[] {
    return this.sockets.opened
      .flatMap((socket) => socket.requests)
      .filter((request) => request.event === event)
      .map((request) => request.payload);
  }

  private answer(event: string, payload: Record<string, unknown>): Ack<unknown> {
    const opened = (lastSeq?: number): OpenedRoom =>
      openedOf({ head: this.stored.length, readSeq: 3, recovered: lastSeq !== undefined, messages: this.stored.slice(lastSeq ?? 0) });
    switch (event) {
      case 'room:open':
        return { ok: true, data: { ...opened(), roomId: payload['roomId'] as string } };
      case 'rooms:sync': {
        const [position] = payload['rooms'] as { lastSeq: number }[];
        return { ok: true, data: { rooms: [opened(position!.lastSeq)] } };
      }
      case 'message:send':
        this.store({ clientMsgId: payload['clientMsgId'] as string, text: payload['text'] as string, sender: userOf(ME, 'Me') });
        return { ok: true, data: { messageId: uuidOf(1), acceptedAt: '2026-01-01T00:00:00.000Z' } };
      case 'room:read':
        this.read.push(payload['seq'] as number);
        return { ok: true, data: { readSeq: payload['seq'] } };
      default:
        return { ok: true, data: {} };
    }
  }
}

function conversationOf(changes: Partial<Conversation>): Conversation {
  return {
    room: roomOf(),
    lastMessage: null,
    head: 0,
    readSeq: 0,
    unreadCount: 0,
    mentionCount: 0,
    notify: 'all',
    mutedUntil: null,
    favourite: false,
    ...changes,
  };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] }));
afterEach(() => void vi.useRealTimers());

describe('ChatClient', () => {
  const setup = async () => {
    const world = new World();
    await world.start();
    const timeline = world.client.enterRoom(ROOM_ID);
    await vi.advanceTimersByTimeAsync(0);
    const texts = () => timeline.store.get().messages.map((message) => message.text);
    const pending = () => world.client.unsent.outbox.store.get().map((entry) => `${entry.text}: ${entry.state}`);
    return { world, client: world.client, timeline, texts, pending };
  };

  it('loads the list, opens the room and follows it', async () => {
    const { world, client, texts } = await setup();
    expect(client.listStatus.get()).toEqual({ status: 'ready' });
    expect(texts()).toEqual(['message 1', 'message 2', 'message 3']);
    world.emit('messages', { roomId: ROOM_ID, epoch: 1, messages: [world.store({ text: 'live' })] });
    expect(texts().at(-1)).toBe('live');
    expect(client.conversations.store.get().get(ROOM_ID)).toMatchObject({ head: 4, unreadCount: 1 });
  });

  it('replaces what was sent by the event that carries it', async () => {
    const { world, client, texts, pending } = await setup();
    void client.unsent.outbox.enqueue(ROOM_ID, 'hello');
    expect(pending()).toEqual(['hello: queued']);
    await vi.advanceTimersByTimeAsync(0);
    expect(pending()).toEqual(['hello: accepted']);
    expect(texts()).not.toContain('hello');
    world.emit('messages', { roomId: ROOM_ID, epoch: 1, messages: [world.stored.at(-1)!] });
    expect([pending(), texts().at(-1)]).toEqual([[], 'hello']);
    expect(client.conversations.store.get().get(ROOM_ID)!.unreadCount).toBe(0);
  });

  it('catches up after an outage and sends what waited', async () => {
    const { world, client, texts, pending } = await setup();
    world.isUp = false;
    world.sockets.newest.lose();
    world.store({ text: 'meanwhile' });
    void client.unsent.outbox.enqueue(ROOM_ID, 'waits');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pending()).toEqual(['waits: queued']);
    world.isUp = true;
    await vi.advanceTimersByTimeAsync(60_000);
    world.emit('room:head', { roomId: ROOM_ID, epoch: 1, head: world.stored.length });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(texts().slice(-2)).toEqual(['meanwhile', 'waits']);
    expect(pending()).toEqual([]);
  });

  it('closes the room that is left, and resumes where it was when it is entered again', async () => {
    const { world, client, timeline } = await setup();
    client.leaveScreen(ROOM_ID);
    world.store({ text: 'missed' });
    expect(world.requests('room:close')).toEqual([{ roomId: ROOM_ID }]);
    expect(client.enterRoom(ROOM_ID)).toBe(timeline);
    await vi.advanceTimersByTimeAsync(0);
    expect(world.requests('rooms:sync').at(-1)).toEqual({ rooms: [{ roomId: ROOM_ID, epoch: 1, lastSeq: 3, lastChange: 0 }] });
    expect(timeline.store.get().messages).toHaveLength(4);
  });

  it('asks anew for what is told only once, when news of it may have been lost', async () => {
    const { world, client } = await setup();
    const asked = (path: string) => world.server.calls.filter(({ url }) => url === path).length;
    const before = ['/api/chat/conversations', '/api/chat/drafts'].map(asked);
    world.conversations = [conversationOf({ head: 3, readSeq: 1, readEra: 7, unreadCount: 2 })]; // marked unread elsewhere
    world.emit('lists:stale', { afterMs: 10_000 });
    await vi.advanceTimersByTimeAsync(4_999);
    expect(client.conversations.store.get().get(ROOM_ID)).toMatchObject({ readSeq: 3, unreadCount: 0 });
    await vi.advanceTimersByTimeAsync(1);
    expect(client.conversations.store.get().get(ROOM_ID)).toMatchObject({ readSeq: 1, unreadCount: 2 });
    expect(['/api/chat/conversations', '/api/chat/drafts'].map(asked)).toEqual(before.map((count) => count + 1));
  });

  it('finds a connection that is dead without saying so', async () => {
    const { world, client } = await setup();
    world.sockets.newest.serve = undefined;
    await vi.advanceTimersByTimeAsync(66_000);
    expect(world.sockets.opened.length).toBeGreaterThan(1);
    expect(client.connectionState.get().status).toBe('online');
  });

  it('lists a private chat from its first message on', async () => {
    const { world, client } = await setup();
    const room = await client.membership.openDirect(BOB);
    expect(client.conversations.store.get().has(DIRECT_ID)).toBe(false);
    client.enterRoom(room.id);
    await vi.advanceTimersByTimeAsync(0);
    world.emit('messages', { roomId: DIRECT_ID, epoch: 1, messages: [messageOf(4, { roomId: DIRECT_ID, text: 'first' })] });
    expect(client.conversations.store.get().get(DIRECT_ID)).toMatchObject({
      lastMessage: { preview: 'first' },
      room: { peer: { id: BOB } },
    });
  });

  it('lists an archived room no more, whatever it says itself', async () => {
    const { world, client, texts } = await setup();
    client.knownRooms.learn(roomOf({ joined: true }));
    world.emit('room:changed', { room: roomOf({ archivedAt: '2026-01-01T00:00:00.000Z' }) });
    world.emit('messages', { roomId: ROOM_ID, epoch: 1, messages: [world.store({ kind: 'system', sender: null, text: 'Archived.' })] });
    expect(texts().at(-1)).toBe('Archived.');
    expect(client.conversations.store.get().has(ROOM_ID)).toBe(false);
  });

  it('shows a joined room at once and fetches the list after it', async () => {
    const { world, client } = await setup();
    const before = world.server.calls.filter((call) => call.url === '/api/chat/conversations').length;
    await client.membership.join(uuidOf(0xc1));
    expect(client.conversations.store.get().get(uuidOf(0xc1))?.room.name).toBe('joined');
    world.conversations = [...world.conversations, conversationOf({ room: roomOf({ id: uuidOf(0xc1), name: 'joined' }) })];
    await vi.advanceTimersByTimeAsync(400);
    expect(world.server.calls.filter((call) => call.url === '/api/chat/conversations')).toHaveLength(before + 1);
    expect(client.conversations.store.get().size).toBe(2);
  });

  it('says why a room cannot be found', async () => {
    const { client } = await setup();
    client.enterRoom(uuidOf(0xee));
    await vi.advanceTimersByTimeAsync(0);
    expect(client.knownRooms.store.get().get(uuidOf(0xee))).toEqual({ error: 'Detail of ROOM_NOT_FOUND.', mayPass: false });
  });

  it('loads the list as soon as it can', async () => {
    const world = new World();
    await world.session.restore();
    world.isUp = false;
    world.client.start();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(world.client.listStatus.get().status).toBe('failed');
    world.isUp = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(world.client.listStatus.get().status).toBe('ready');
  });

  it('knows who is typing by name', async () => {
    const { world, client } = await setup();
    world.emit('typing', { roomId: ROOM_ID, userIds: [BOB, ME] });
    await vi.advanceTimersByTimeAsync(0);
    expect(client.typing.store.get().get(ROOM_ID)).toEqual([BOB]);
    expect(client.people.store.get().get(BOB)?.displayName).toBe('Bob');
    world.emit('messages', { roomId: ROOM_ID, epoch: 1, messages: [world.store({})] });
    expect(client.typing.store.get().get(ROOM_ID)).toBeUndefined();
  });

  it('notes who comes and goes in the public room on screen, and nowhere else', async () => {
    const { world, client } = await setup();
    const joins = (roomId: string) =>
      world.emit('room:member', { roomId, userId: BOB, change: 'joined', user: userOf(BOB, 'Bob'), role: 'member' });
    const privateId = uuidOf(0xd2);
    client.conversations.add(roomOf({ id: privateId, visibility: 'private' }));
    joins(ROOM_ID);
    joins(privateId);
    expect(client.memberNotices.store.get()).toMatchObject([{ afterSeq: 3 }]);
    client.enterRoom(privateId);
    await vi.advanceTimersByTimeAsync(0);
    joins(ROOM_ID);
    joins(privateId);
    expect(client.memberNotices.store.get()).toEqual([]);
  });

  it('renews the socket with every new token', async () => {
    const { world } = await setup();
    world.server.handle = () => json({ user: userOf(ME, 'Me'), accessToken: 'token-2', expiresIn: 600 });
    await vi.advanceTimersByTimeAsync(550_000);
    expect(world.requests('auth:renew')).toEqual([{ token: 'token-2' }]);
  });

  it('ends with the session', async () => {
    const { world, client } = await setup();
    world.emit('session:ended', { reason: 'revoked' });
    expect(world.session.state).toEqual({ status: 'ended', reason: 'revoked' });
    expect(client.connectionState.get().status).toBe('stopped');
  });

  it('leaves nothing behind when it is logged out and disposed of', async () => {
    const { world, client, pending } = await setup();
    world.sockets.newest.serve = undefined;
    void client.unsent.outbox.enqueue(ROOM_ID, 'unsent');
    await client.logOut();
    expect([world.session.state.status, pending()]).toEqual(['ended', []]);
    client.dispose();
    world.session.dispose();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
