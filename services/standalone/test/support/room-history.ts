import { ChatClient, eventually, newClientMsgId, uniqueRoomName } from '@parley/testing';
import type { Room } from '@parley/contracts';
import { expect } from 'vitest';
import type { ChatPage } from './chat-page.js';

/** A new public room, and somebody without a page who writes there as fast as it goes. */
export class RoomHistory implements AsyncDisposable {
  private written = 0;

  private constructor(
    private readonly author: ChatClient,
    private readonly room: Room,
  ) {}

  static async create(url: string): Promise<RoomHistory> {
    const author = await new ChatClient({ url }).register({ displayName: 'Somebody Else' });
    await author.connect();
    return new RoomHistory(author, await author.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } }));
  }

  get id(): string {
    return this.room.id;
  }

  get name(): string {
    return this.room.name;
  }

  get path(): string {
    return `/chat/${this.room.id}`;
  }

  /** `stem 1` to `stem <count>` in this order, or the stem alone; stored when this resolves. */
  async write(count: number, stem = 'line'): Promise<void> {
    const { id: roomId } = this.room;
    const texts = count === 1 ? [stem] : linesOf(count, stem);
    await Promise.all(texts.map((text) => this.author.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text })));
    this.written += count;
    await eventually(async () => (await this.author.history(roomId, { limit: '1' })).head >= this.written, {
      timeoutMs: 15_000,
      describe: `${stem} is stored`,
    });
  }

  /** Makes the person at a page a member, past the page. */
  async admit(reader: ChatPage): Promise<void> {
    const api = reader.page.context().request;
    const { accessToken } = (await (await api.post(`${reader.url}/api/refresh`)).json()) as { accessToken: string };
    const headers = { authorization: `Bearer ${accessToken}` };
    const response = await api.post(`${reader.url}/api/chat/rooms/${this.room.id}/join`, { headers });
    expect(response.ok()).toBe(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.author[Symbol.asyncDispose]();
  }
}

/** `stem 1` to `stem <count>` */
export const linesOf = (count: number, stem = 'line'): string[] => Array.from({ length: count }, (_, index) => `${stem} ${index + 1}`);
