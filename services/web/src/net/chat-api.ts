import { ApiClient, type AccessTokens, type Fetch } from '@parley/client';
import type {
  ConversationsAnswer,
  CreateRoomRequest,
  DirectAnswer,
  Draft,
  DraftsAnswer,
  HistoryAnswer,
  Media,
  Room,
  RevisionsAnswer,
  RoomsAnswer,
  SearchAnswer,
  SetDraftRequest,
  User,
  UsersAnswer,
} from '@parley/contracts';
import type { z } from 'zod';
import { uploadFile, type OpenRequest, type Upload } from './upload.js';

/** The page of history that ends before a message, begins behind it, or has it in its middle. */
export type HistoryPosition = { readonly before: number } | { readonly after: number } | { readonly around: number };

/** The HTTP calls of the client, with the access token; a token that is refused is renewed once. */
export class ChatApi extends ApiClient {
  constructor(
    fetch: Fetch,
    tokens: AccessTokens,
    private readonly openRequest: OpenRequest = () => new XMLHttpRequest(),
  ) {
    super(fetch, tokens);
  }

  conversations(): Promise<ConversationsAnswer> {
    return this.call('GET /api/chat/conversations');
  }

  room(id: string): Promise<Room> {
    return this.call('GET /api/chat/rooms/{id}', { params: { id } });
  }

  /** Public rooms and those that the caller is in, by name. */
  rooms(query: string, cursor?: string, signal?: AbortSignal): Promise<RoomsAnswer> {
    return this.call('GET /api/chat/rooms', { query: searchOf(query, cursor), ...(signal ? { signal } : {}) });
  }

  createRoom(body: z.input<typeof CreateRoomRequest>): Promise<Room> {
    return this.call('POST /api/chat/rooms', { body });
  }

  joinRoom(id: string): Promise<Room> {
    return this.call('POST /api/chat/rooms/{id}/join', { params: { id } });
  }

  leaveRoom(id: string): Promise<undefined> {
    return this.call('POST /api/chat/rooms/{id}/leave', { params: { id } });
  }

  /** Everyone else, as a private chat each. */
  direct(query: string, cursor?: string, signal?: AbortSignal): Promise<DirectAnswer> {
    return this.call('GET /api/chat/direct', { query: searchOf(query, cursor), ...(signal ? { signal } : {}) });
  }

  openDirect(userId: string): Promise<Room> {
    return this.call('POST /api/chat/direct', { body: { userId } });
  }

  drafts(): Promise<DraftsAnswer> {
    return this.call('GET /api/chat/drafts');
  }

  saveDraft(id: string, body: SetDraftRequest): Promise<Draft> {
    return this.call('PUT /api/chat/rooms/{id}/draft', { params: { id }, body });
  }

  history(id: string, position: HistoryPosition, limit: number): Promise<HistoryAnswer> {
    const words = Object.entries({ ...position, limit }).map(([name, value]) => [name, String(value)]);
    return this.call('GET /api/chat/rooms/{id}/messages', { params: { id }, query: Object.fromEntries(words) });
  }

  /** Messages in all rooms that the caller may read, the best ones first. */
  search(q: string, cursor?: string, signal?: AbortSignal): Promise<SearchAnswer> {
    return this.call('GET /api/search', { query: { q, ...(cursor === undefined ? {} : { cursor }) }, ...(signal ? { signal } : {}) });
  }

  /** By name, best matches first. */
  users(query: string, signal?: AbortSignal): Promise<UsersAnswer> {
    return this.call('GET /api/users', { query: { query, limit: '10' }, ...(signal ? { signal } : {}) });
  }

  user(id: string): Promise<User> {
    return this.call('GET /api/users/{id}', { params: { id } });
  }

  /** For a page that closes: the browser sends it all the same, and nobody hears the answer. */
  deleteMessageOnLeave(roomId: string, messageId: string): void {
    this.withToken((token) =>
      this.fetch(`/api/chat/rooms/${roomId}/messages/${messageId}`, {
        method: 'DELETE',
        keepalive: true,
        headers: { authorization: `Bearer ${token}` },
      }),
    ).catch(() => undefined);
  }

  revisions(roomId: string, messageId: string): Promise<RevisionsAnswer> {
    return this.call('GET /api/chat/rooms/{id}/messages/{messageId}/revisions', { params: { id: roomId, messageId } });
  }

  uploadMedia(upload: Omit<Upload, 'token'>): Promise<Media> {
    return this.withToken((token) => uploadFile(this.openRequest, { ...upload, token }));
  }

  /** Of a file that was not posted. */
  deleteMedia(id: string): Promise<undefined> {
    return this.call('DELETE /api/media/{id}', { params: { id } });
  }
}

const searchOf = (query: string, cursor: string | undefined) => ({
  ...(query === '' ? {} : { query }),
  ...(cursor === undefined ? {} : { cursor }),
});
