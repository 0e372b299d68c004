import {
  ConversationsAnswer,
  DirectAnswer,
  HistoryAnswer,
  Room,
  RoomsAnswer,
  User,
  ParleyError,
  type CreateRoomRequest,
  type Media,
} from '@parley/contracts';
import type { z } from 'zod';
import { type AccessTokens, type Fetch, type HttpAnswer, type HttpRequest, callHttp } from '@parley/client';
import { uploadFile, type OpenRequest, type Upload } from './upload.js';

/** The HTTP calls of the client, with the access token; a token that is refused is renewed once. */
export class ChatApi {
  constructor(
    private readonly fetch: Fetch,
    private readonly tokens: AccessTokens,
    private readonly openRequest: OpenRequest = () => new XMLHttpRequest(),
  ) {}

  conversations(): Promise<ConversationsAnswer> {
    return this.call({ method: 'GET', path: '/api/chat/conversations', answer: ConversationsAnswer });
  }

  room(roomId: string): Promise<Room> {
    return this.call({ method: 'GET', path: `/api/chat/rooms/${roomId}`, answer: Room });
  }

  /** Public rooms and those that the caller is in, by name. */
  rooms(query: string, cursor?: string, signal?: AbortSignal): Promise<RoomsAnswer> {
    return this.call({
      method: 'GET',
      path: '/api/chat/rooms',
      query: { query, cursor },
      answer: RoomsAnswer,
      ...(signal ? { signal } : {}),
    });
  }

  createRoom(body: z.input<typeof CreateRoomRequest>): Promise<Room> {
    return this.call({ method: 'POST', path: '/api/chat/rooms', body, answer: Room });
  }

  joinRoom(roomId: string): Promise<Room> {
    return this.call({ method: 'POST', path: `/api/chat/rooms/${roomId}/join`, answer: Room });
  }

  leaveRoom(roomId: string): Promise<undefined> {
    return this.call({ method: 'POST', path: `/api/chat/rooms/${roomId}/leave`, answer: undefined });
  }

  /** Everyone else, as a private chat each. */
  direct(query: string, cursor?: string, signal?: AbortSignal): Promise<DirectAnswer> {
    return this.call({
      method: 'GET',
      path: '/api/chat/direct',
      query: { query, cursor },
      answer: DirectAnswer,
      ...(signal ? { signal } : {}),
    });
  }

  openDirect(userId: string): Promise<Room> {
    return this.call({ method: 'POST', path: '/api/chat/direct', body: { userId }, answer: Room });
  }

  /** The `limit` messages before `before`. */
  history(roomId: string, before: number, limit: number): Promise<HistoryAnswer> {
    return this.call({ method: 'GET', path: `/api/chat/rooms/${roomId}/messages`, query: { before, limit }, answer: HistoryAnswer });
  }

  user(userId: string): Promise<User> {
    return this.call({ method: 'GET', path: `/api/users/${userId}`, answer: User });
  }

  uploadMedia(upload: Omit<Upload, 'token'>): Promise<Media> {
    return this.withToken((token) => uploadFile(this.openRequest, { ...upload, token }));
  }

  /** Of a file that was not posted. */
  deleteMedia(mediaId: string): Promise<undefined> {
    return this.call({ method: 'DELETE', path: `/api/media/${mediaId}`, answer: undefined });
  }

  /** For the calls of one area that have a file of their own, too. */
  call<S extends z.ZodType | undefined>(request: HttpRequest<S>): Promise<HttpAnswer<S>> {
    return this.withToken((token) => callHttp(this.fetch, { ...request, token }));
  }

  private async withToken<T>(call: (token: string) => Promise<T>): Promise<T> {
    const token = await this.tokens.accessToken();
    try {
      return await call(token);
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === 'UNAUTHENTICATED')) throw error;
      return call(await this.tokens.accessToken(token));
    }
  }
}
