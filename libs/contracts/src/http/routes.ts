import { z } from 'zod';
import type { ErrorCode } from '../errors/catalogue.js';
import { MessageId, RoomId, SessionId, UserId } from '../ids.js';
import {
  ListUsersQuery,
  LoginRequest,
  RegisterAnswer,
  RegisterRequest,
  SessionAnswer,
  SessionsAnswer,
  UpdateProfileRequest,
  User,
  UsersAnswer,
} from './accounts.js';
import { HistoryAnswer, HistoryQuery, Message, PostMessageQuery, PostMessageRequest, PostedAnswer } from './messages.js';
import { ListQuery } from './paging.js';
import {
  ConversationsAnswer,
  CreateRoomRequest,
  DirectAnswer,
  ListDirectQuery,
  ListRoomsQuery,
  MarkReadAnswer,
  MarkReadRequest,
  MembersAnswer,
  OpenDirectRequest,
  Room,
  RoomsAnswer,
} from './rooms.js';

/** One HTTP call of the contract; OpenAPI is generated from these. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly service: 'auth' | 'rooms' | 'messages';
  readonly summary: string;
  /** `bearer`: an access token; `cookie`: the session cookie alone; `none`: open to everyone. */
  readonly auth: 'bearer' | 'cookie' | 'none';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Status -> body; `null` for none, a string for a content type that is not JSON. */
  readonly answers: Readonly<Record<number, z.ZodType | string | null>>;
  /** Beyond VALIDATION_FAILED, UNAUTHENTICATED, RATE_LIMITED and UNAVAILABLE, which any call may answer. */
  readonly errors: readonly ErrorCode[];
}

export const RoomParams = z.object({ id: RoomId });
export const UserParams = z.object({ id: UserId });
export const SessionParams = z.object({ id: SessionId });
export const MessageParams = z.object({ id: RoomId, messageId: MessageId });

const roomErrors = ['ROOM_NOT_FOUND', 'BANNED'] as const;

export const ROUTES = [
  { method: 'POST', path: '/api/register', service: 'auth', summary: 'Create an account and log in', auth: 'none', body: RegisterRequest, answers: { 201: RegisterAnswer }, errors: ['USERNAME_TAKEN', 'ORIGIN_REFUSED'] },
  { method: 'POST', path: '/api/login', service: 'auth', summary: 'Log in', auth: 'none', body: LoginRequest, answers: { 200: SessionAnswer }, errors: ['INVALID_CREDENTIALS', 'ORIGIN_REFUSED', 'BUSY'] },
  { method: 'POST', path: '/api/refresh', service: 'auth', summary: 'Get a new access token; rotates the session cookie', auth: 'cookie', answers: { 200: SessionAnswer }, errors: ['ORIGIN_REFUSED'] },
  { method: 'POST', path: '/api/logout', service: 'auth', summary: 'End this session', auth: 'cookie', answers: { 204: null }, errors: ['ORIGIN_REFUSED'] },
  { method: 'GET', path: '/api/me', service: 'auth', summary: 'Own profile', auth: 'bearer', answers: { 200: User }, errors: [] },
  { method: 'PATCH', path: '/api/me', service: 'auth', summary: 'Change the own profile', auth: 'bearer', body: UpdateProfileRequest, answers: { 200: User }, errors: ['ORIGIN_REFUSED', 'MEDIA_NOT_ATTACHABLE'] },
  { method: 'GET', path: '/api/sessions', service: 'auth', summary: 'Own sessions by device', auth: 'bearer', answers: { 200: SessionsAnswer }, errors: [] },
  { method: 'DELETE', path: '/api/sessions/{id}', service: 'auth', summary: 'End one session', auth: 'bearer', params: SessionParams, answers: { 204: null }, errors: ['SESSION_NOT_FOUND', 'ORIGIN_REFUSED'] },
  { method: 'DELETE', path: '/api/sessions', service: 'auth', summary: 'End all other sessions', auth: 'bearer', answers: { 204: null }, errors: ['ORIGIN_REFUSED'] },
  { method: 'GET', path: '/api/users', service: 'auth', summary: 'Directory of people', auth: 'bearer', query: ListUsersQuery, answers: { 200: UsersAnswer }, errors: [] },
  { method: 'GET', path: '/api/users/{id}', service: 'auth', summary: 'One person', auth: 'bearer', params: UserParams, answers: { 200: User }, errors: ['USER_NOT_FOUND'] },
  { method: 'GET', path: '/api/users/{id}/avatar', service: 'auth', summary: 'Picture of a person', auth: 'none', params: UserParams, answers: { 200: 'image/svg+xml', 304: null }, errors: ['USER_NOT_FOUND'] },
  { method: 'GET', path: '/.well-known/jwks.json', service: 'auth', summary: 'Public keys of access tokens (RFC 7517)', auth: 'none', answers: { 200: 'application/json' }, errors: [] },
  { method: 'GET', path: '/api/chat/rooms', service: 'rooms', summary: 'Rooms that the caller may see', auth: 'bearer', query: ListRoomsQuery, answers: { 200: RoomsAnswer }, errors: [] },
  { method: 'POST', path: '/api/chat/rooms', service: 'rooms', summary: 'Create a room', auth: 'bearer', body: CreateRoomRequest, answers: { 201: Room }, errors: ['ROOM_NAME_TAKEN', 'ORIGIN_REFUSED'] },
  { method: 'GET', path: '/api/chat/rooms/{id}', service: 'rooms', summary: 'One room', auth: 'bearer', params: RoomParams, answers: { 200: Room }, errors: roomErrors },
  { method: 'POST', path: '/api/chat/rooms/{id}/join', service: 'rooms', summary: 'Join a public room', auth: 'bearer', params: RoomParams, answers: { 200: Room }, errors: [...roomErrors, 'ROOM_ARCHIVED', 'DIRECT_FIXED', 'ORIGIN_REFUSED'] },
  { method: 'POST', path: '/api/chat/rooms/{id}/leave', service: 'rooms', summary: 'Leave a room', auth: 'bearer', params: RoomParams, answers: { 204: null }, errors: [...roomErrors, 'LAST_OWNER', 'DIRECT_FIXED', 'ORIGIN_REFUSED'] },
  { method: 'GET', path: '/api/chat/rooms/{id}/members', service: 'rooms', summary: 'Members of a room', auth: 'bearer', params: RoomParams, query: ListQuery, answers: { 200: MembersAnswer }, errors: roomErrors },
  { method: 'POST', path: '/api/chat/direct', service: 'rooms', summary: 'The private chat with a person', auth: 'bearer', body: OpenDirectRequest, answers: { 200: Room }, errors: ['USER_NOT_FOUND', 'ORIGIN_REFUSED'] },
  { method: 'GET', path: '/api/chat/direct', service: 'rooms', summary: 'Every other person as a private chat', auth: 'bearer', query: ListDirectQuery, answers: { 200: DirectAnswer }, errors: [] },
  { method: 'GET', path: '/api/chat/conversations', service: 'rooms', summary: 'The sidebar: joined rooms and started private chats', auth: 'bearer', answers: { 200: ConversationsAnswer }, errors: [] },
  { method: 'PUT', path: '/api/chat/rooms/{id}/read', service: 'rooms', summary: 'Move the read marker', auth: 'bearer', params: RoomParams, body: MarkReadRequest, answers: { 200: MarkReadAnswer }, errors: [...roomErrors, 'NOT_A_MEMBER', 'ORIGIN_REFUSED'] },
  { method: 'GET', path: '/api/chat/rooms/{id}/messages', service: 'messages', summary: 'History, by position', auth: 'bearer', params: RoomParams, query: HistoryQuery, answers: { 200: HistoryAnswer }, errors: roomErrors },
  { method: 'POST', path: '/api/chat/rooms/{id}/messages', service: 'messages', summary: 'Post a message', auth: 'bearer', params: RoomParams, query: PostMessageQuery, body: PostMessageRequest, answers: { 201: Message, 202: PostedAnswer }, errors: [...roomErrors, 'NOT_A_MEMBER', 'ROOM_ARCHIVED', 'MESSAGE_NOT_FOUND', 'MEDIA_NOT_ATTACHABLE', 'ORIGIN_REFUSED', 'BUSY', 'UNCONFIRMED'] },
] as const satisfies readonly Route[];
