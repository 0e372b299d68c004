import { ParleyError, type Media, type SentMessage } from '@parley/contracts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalExclusive, NoAnswerError } from '@parley/client';
import { FakeTabs, ME, mediaOf, messageOf, userOf, uuidOf } from '@parley/client/testing';
import { MemoryOutboxStore } from './memory-outbox-store.js';
import type { PendingFile } from './outbox-store.js';
import { Outbox } from './outbox.js';

type Fate = 'accept' | 'accept, lose the answer' | 'lose' | 'busy' | 'refuse';
interface Command {
  roomId: string;
  clientMsgId: string;
  text: string;
  attachments?: string[];
}

const ROOMS = [uuidOf(0xa1), uuidOf(0xa2)] as const;

/** Stores each (room, clientMsgId) once, as the server does, and treats attempts as the test says. */
class Server {
  readonly stored: Command[] = [];
  readonly attempts: Command[] = [];
  fates: Fate[] = [];
  answerMs = 10;
  private readonly inFlight = new Map<string, number>();
  mostInFlight = 0;

  readonly send = async (command: Command): Promise<SentMessage> => {
    this.attempts.push(command);
    const flying = (this.inFlight.get(command.roomId) ?? 0) + 1;
    this.inFlight.set(command.roomId, flying);
    this.mostInFlight = Math.max(this.mostInFlight, flying);
    try {
      const fate = this.fates.shift() ?? 'accept';
      await new Promise((resolve) => setTimeout(resolve, this.answerMs));
      if (fate === 'refuse') throw new ParleyError('NOT_A_MEMBER');
      if (fate === 'busy') throw new ParleyError('BUSY');
      if (fate === 'accept' || fate === 'accept, lose the answer') this.store(command);
      if (fate === 'accept') return { messageId: uuidOf(1), acceptedAt: new Date().toISOString() };
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      throw new NoAnswerError('timeout');
    } finally {
      this.inFlight.set(command.roomId, this.inFlight.get(command.roomId)! - 1);
    }
  };

  /** Names of files, as they came. */
  readonly uploaded: string[] = [];
  uploadFates: ('lose' | 'refuse')[] = [];

  readonly upload = async ({ file }: PendingFile): Promise<Media> => {
    const fate = this.uploadFates.shift();
    await new Promise((resolve) => setTimeout(resolve, this.answerMs));
    if (fate === 'lose') throw new NoAnswerError('lost');
    if (fate === 'refuse') throw new ParleyError('TOO_LARGE');
    this.uploaded.push(file.name);
    return { ...mediaOf(this.uploaded.length), name: file.name };
  };

  textsIn(roomId: string): string[] {
    return this.stored.filter((command) => command.roomId === roomId).map((command) => command.text);
  }

  private store(command: Command): void {
    if (!this.stored.some((known) => known.clientMsgId === command.clientMsgId)) this.stored.push(command);
  }
}

/** Tabs of one browser: they share the store, the locks and the channel. */
class Browser {
  readonly store = new MemoryOutboxStore();
  private readonly tabs = new FakeTabs<'changed'>();

  constructor(private readonly server: Server) {}

  open(): Outbox {
    const { exclusive } = this.tabs;
    const channel = this.tabs.openChannel();
    return new Outbox({
      ownUserId: ME,
      store: this.store,
      send: this.server.send,
      upload: this.server.upload,
      exclusive,
      channel,
      random: () => 0.5,
    });
  }
}

const ofMe = (command: Command, seq = 1) =>
  messageOf(seq, { sender: userOf(ME, 'Me'), clientMsgId: command.clientMsgId, roomId: command.roomId, text: command.text });

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

describe('Outbox', () => {
  const setup = async () => {
    const server = new Server();
    const browser = new Browser(server);
    const outbox = browser.open();
    await outbox.start();
    outbox.setOnline(true);
    const states = () => outbox.store.get().map((entry) => `${entry.text}: ${entry.state}`);
    return { server, browser, outbox, states };
  };

  it('shows a message at once, marks it accepted, and drops it when it arrives', async () => {
    const { server, browser, outbox, states } = await setup();
    const sent = outbox.enqueue(ROOMS[0], 'hello');
    expect(states()).toEqual(['hello: queued']);
    await vi.advanceTimersByTimeAsync(50);
    await sent;
    expect(states()).toEqual(['hello: accepted']);
    outbox.settle([ofMe(server.stored[0]!)]);
    expect(states()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await browser.store.all()).toEqual([]);
  });

  it('stores a message before it is sent', async () => {
    const { server, browser, outbox } = await setup();
    server.answerMs = 1_000;
    void outbox.enqueue(ROOMS[0], 'hello');
    await vi.advanceTimersByTimeAsync(1);
    expect(server.attempts).toHaveLength(1);
    expect((await browser.store.all()).map((entry) => entry.text)).toEqual(['hello']);
  });

  it('sends the files of a message along, in a later page too', async () => {
    const { server, browser, outbox } = await setup();
    outbox.setOnline(false);
    await outbox.enqueue(ROOMS[0], '', [mediaOf(1), mediaOf(2)]);
    await outbox.enqueue(ROOMS[0], 'without');
    outbox.dispose();
    const reloaded = browser.open();
    await reloaded.start();
    expect(reloaded.store.get()[0]?.attachments).toEqual([mediaOf(1), mediaOf(2)]);
    reloaded.setOnline(true);
    await vi.advanceTimersByTimeAsync(200);
    expect(server.stored.map((command) => command.attachments)).toEqual([[mediaOf(1).id, mediaOf(2).id], undefined]);
  });

  it('repeats under the same id, ever more slowly, until the server answers', async () => {
    const { server, outbox } = await setup();
    server.fates = ['lose', 'busy', 'accept, lose the answer', 'lose'];
    void outbox.enqueue(ROOMS[0], 'hello');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.attempts).toHaveLength(5);
    expect(new Set(server.attempts.map((command) => command.clientMsgId)).size).toBe(1);
    expect(server.textsIn(ROOMS[0])).toEqual(['hello']);
    expect(outbox.store.get().map((entry) => entry.state)).toEqual(['accepted']);
  });

  it('never waits longer than 45 s for its next attempt', async () => {
    const { server, outbox } = await setup();
    server.fates = Array.from({ length: 40 }, () => 'busy' as const);
    void outbox.enqueue(ROOMS[0], 'hello');
    await vi.advanceTimersByTimeAsync(120_000);
    const before = server.attempts.length;
    await vi.advanceTimersByTimeAsync(45_500);
    expect(server.attempts.length).toBeGreaterThan(before);
  });

  it('waits as long as the server asks', async () => {
    const { server, outbox } = await setup();
    vi.spyOn(server, 'send').mockRejectedValueOnce(new ParleyError('RATE_LIMITED', { retryAfterMs: 20_000 }));
    const slow = new Outbox({
      ownUserId: ME,
      store: new MemoryOutboxStore(),
      send: server.send,
      upload: server.upload,
      exclusive: new LocalExclusive(),
      channel: { post: () => undefined, listen: () => undefined, close: () => undefined },
      random: () => 0.5,
    });
    slow.setOnline(true);
    void slow.enqueue(ROOMS[0], 'hello');
    await vi.advanceTimersByTimeAsync(19_000);
    expect(server.stored).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(server.textsIn(ROOMS[0])).toEqual(['hello']);
    slow.dispose();
    outbox.dispose();
  });

  it('hands a refused message to people: retry under the old id, or discard', async () => {
    const { server, browser, outbox, states } = await setup();
    server.fates = ['refuse', 'accept', 'refuse'];
    await Promise.all([outbox.enqueue(ROOMS[0], 'one'), outbox.enqueue(ROOMS[0], 'two'), vi.advanceTimersByTimeAsync(100)]);
    expect(states()).toEqual(['one: failed', 'two: accepted']);
    expect(outbox.store.get()[0]?.error).toEqual({ code: 'NOT_A_MEMBER', message: 'Join the room first.' });
    const [refused] = outbox.store.get();
    await Promise.all([outbox.retry(refused!.clientMsgId), vi.advanceTimersByTimeAsync(100)]);
    expect(server.attempts[2]?.clientMsgId).toBe(refused!.clientMsgId);
    expect(states()).toEqual(['two: accepted', 'one: failed']);
    await outbox.discard(refused!.clientMsgId);
    expect(states()).toEqual(['two: accepted']);
    expect((await browser.store.all()).map((entry) => entry.text)).toEqual(['two']);
  });

  it('does not discard what may have been accepted', async () => {
    const { server, outbox, states } = await setup();
    server.fates = ['lose'];
    void outbox.enqueue(ROOMS[0], 'hello');
    await vi.advanceTimersByTimeAsync(1);
    await outbox.discard(outbox.store.get()[0]!.clientMsgId);
    expect(states()).toEqual(['hello: queued']);
  });

  it('waits for a connection and goes on with the next one', async () => {
    const { server, outbox } = await setup();
    outbox.setOnline(false);
    void outbox.enqueue(ROOMS[0], 'hello');
    await vi.advanceTimersByTimeAsync(600_000);
    expect(server.attempts).toEqual([]);
    outbox.setOnline(true);
    await vi.advanceTimersByTimeAsync(50);
    expect(server.textsIn(ROOMS[0])).toEqual(['hello']);
  });

  it('sends after a reload what the page before left behind', async () => {
    const { server, browser, outbox } = await setup();
    outbox.setOnline(false);
    void outbox.enqueue(ROOMS[0], 'one');
    void outbox.enqueue(ROOMS[0], 'two');
    await vi.advanceTimersByTimeAsync(1);
    outbox.dispose();
    const reloaded = browser.open();
    await reloaded.start();
    expect(reloaded.store.get().map((entry) => entry.text)).toEqual(['one', 'two']);
    reloaded.setOnline(true);
    await vi.advanceTimersByTimeAsync(100);
    expect(server.textsIn(ROOMS[0])).toEqual(['one', 'two']);
  });

  it('shows in every tab what is on its way, and sends it once', async () => {
    const { server, browser, outbox } = await setup();
    const otherTab = browser.open();
    await otherTab.start();
    otherTab.setOnline(true);
    server.answerMs = 200;
    void outbox.enqueue(ROOMS[0], 'hello');
    await vi.advanceTimersByTimeAsync(50);
    expect(otherTab.store.get().map((entry) => entry.text)).toEqual(['hello']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.attempts).toHaveLength(1);
    otherTab.settle([ofMe(server.stored[0]!)]);
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.store.get()).toEqual([]);
  });

  it('sends what a closed tab left in the queue', async () => {
    const { server, browser, outbox } = await setup();
    const otherTab = browser.open();
    await otherTab.start();
    otherTab.setOnline(true);
    outbox.setOnline(false);
    void outbox.enqueue(ROOMS[0], 'hello');
    await vi.advanceTimersByTimeAsync(10);
    outbox.dispose();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(server.textsIn(ROOMS[0])).toEqual(['hello']);
  });

  it('drops accepted messages that lie behind the newest page, and no others', async () => {
    const { outbox, states } = await setup();
    vi.setSystemTime('2026-01-01T00:00:00.000Z');
    await Promise.all([outbox.enqueue(ROOMS[0], 'old'), vi.advanceTimersByTimeAsync(50)]);
    await vi.advanceTimersByTimeAsync(60_000);
    await Promise.all([outbox.enqueue(ROOMS[0], 'new'), outbox.enqueue(ROOMS[1], 'elsewhere'), vi.advanceTimersByTimeAsync(50)]);
    outbox.settleBefore(ROOMS[0], '2026-01-01T00:00:50.000Z');
    expect(states()).toEqual(['new: accepted', 'elsewhere: accepted']);
  });

  it('keeps a message on screen that the device would not store, with the reason', async () => {
    const { browser, server, outbox } = await setup();
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    vi.spyOn(browser.store, 'add').mockRejectedValueOnce(new Error('quota'));
    await outbox.enqueue(ROOMS[0], 'hello');
    expect(outbox.store.get()).toMatchObject([
      { text: 'hello', state: 'failed', error: { message: 'This device could not store the message.' } },
    ]);
    await Promise.all([outbox.retry(outbox.store.get()[0]!.clientMsgId), vi.advanceTimersByTimeAsync(50)]);
    expect(server.textsIn(ROOMS[0])).toEqual(['hello']);
  });

  it('loses nothing, doubles nothing and keeps the order of each room, whatever happens to answers, tabs and connections', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('send' as const), tab: fc.nat(1), room: fc.nat(1) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 8_000 }) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('online' as const), tab: fc.nat(1), isOnline: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('reload' as const), tab: fc.nat(1) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('arrive' as const) }) },
    );
    const fate = fc.constantFrom<Fate>('accept', 'accept, lose the answer', 'lose', 'busy');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.array(fate, { maxLength: 40 }), async (steps, fates) => {
        const server = new Server();
        server.fates = [...fates];
        const browser = new Browser(server);
        const tabs = [browser.open(), browser.open()];
        for (const tab of tabs) await tab.start();
        const sent: Record<string, string[]> = { [ROOMS[0]]: [], [ROOMS[1]]: [] };
        const arrive = () => {
          for (const tab of tabs) tab.settle(server.stored.map((command, index) => ofMe(command, index + 1)));
        };
        for (const [index, action] of steps.entries()) {
          if (action.kind === 'send') {
            const roomId = ROOMS[action.room]!;
            sent[roomId]!.push(`text ${index}`);
            void tabs[action.tab]!.enqueue(roomId, `text ${index}`);
            // A person cannot press the key in two tabs at the same instant.
            await vi.advanceTimersByTimeAsync(1);
          } else if (action.kind === 'wait') await vi.advanceTimersByTimeAsync(action.ms);
          else if (action.kind === 'online') tabs[action.tab]!.setOnline(action.isOnline);
          else if (action.kind === 'arrive') arrive();
          else {
            tabs[action.tab]!.dispose();
            const tab = browser.open();
            tabs[action.tab] = tab;
            await tab.start();
          }
        }
        server.fates = [];
        for (const tab of tabs) tab.setOnline(true);
        await vi.advanceTimersByTimeAsync(180_000);
        for (const roomId of ROOMS) expect(server.textsIn(roomId)).toEqual(sent[roomId]);
        expect(server.mostInFlight).toBeLessThanOrEqual(1);
        const ids = new Map<string, Set<string>>();
        for (const { text, clientMsgId } of server.attempts) ids.set(text, (ids.get(text) ?? new Set()).add(clientMsgId));
        for (const [text, used] of ids) expect([text, used.size]).toEqual([text, 1]);
        arrive();
        await vi.advanceTimersByTimeAsync(10);
        for (const tab of tabs) expect(tab.store.get()).toEqual([]);
        expect(await browser.store.all()).toEqual([]);
        for (const tab of tabs) tab.dispose();
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  describe('files that are not on the server', () => {
    const pick = (...names: string[]): PendingFile[] => names.map((name) => ({ key: name, file: new File(['x'], name), altText: '' }));

    it('go there first, each once, and nothing of the room overtakes them', async () => {
      const { server, outbox } = await setup();
      server.uploadFates = ['lose'];
      void outbox.enqueue(ROOMS[0], 'with files', [], undefined, pick('a', 'b'));
      void outbox.enqueue(ROOMS[0], 'after them');
      outbox.setOnline(true);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.uploaded).toEqual(['a', 'b']);
      expect(server.textsIn(ROOMS[0])).toEqual(['with files', 'after them']);
      expect(server.stored[0]?.attachments).toHaveLength(2);
      outbox.dispose();
    });

    it('are kept by the next page as far as they got', async () => {
      const { server, browser, outbox } = await setup();
      void outbox.enqueue(ROOMS[0], 'with files', [], undefined, pick('a', 'b'));
      outbox.setOnline(true);
      await vi.advanceTimersByTimeAsync(server.answerMs);
      outbox.setOnline(false);
      outbox.dispose();
      await vi.advanceTimersByTimeAsync(60_000);
      const next = browser.open();
      next.setOnline(true);
      await next.start();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(server.uploaded).toEqual(['a', 'b']);
      expect(server.textsIn(ROOMS[0])).toEqual(['with files']);
      next.dispose();
    });

    it('leave the message to its writer when the server refuses one', async () => {
      const { server, outbox } = await setup();
      server.uploadFates = ['refuse'];
      void outbox.enqueue(ROOMS[0], 'with files', [], undefined, pick('a'));
      outbox.setOnline(true);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(outbox.store.get()).toMatchObject([{ state: 'failed', error: { code: 'TOO_LARGE' } }]);
      outbox.dispose();
    });
  });
});
