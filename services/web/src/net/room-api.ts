import type {
  BansAnswer,
  ChangeRoomRequest,
  CreateInviteRequest,
  Invite,
  InvitesAnswer,
  MembersAnswer,
  Notifications,
  Room,
  RoomRole,
  SetNotificationsRequest,
} from '@parley/contracts';
import type { z } from 'zod';
import type { ChatApi } from './chat-api.js';

/** Running a room: its settings, the people in it, who is kept out and who is invited. */
export class RoomApi {
  constructor(
    private readonly api: ChatApi,
    private readonly id: string,
  ) {}

  change(body: z.input<typeof ChangeRoomRequest>): Promise<Room> {
    return this.api.call('PATCH /api/chat/rooms/{id}', { params: { id: this.id }, body });
  }

  archive(): Promise<undefined> {
    return this.api.call('DELETE /api/chat/rooms/{id}', { params: { id: this.id } });
  }

  members(cursor?: string): Promise<MembersAnswer> {
    return this.api.call('GET /api/chat/rooms/{id}/members', {
      params: { id: this.id },
      query: cursor === undefined ? {} : { cursor },
    });
  }

  changeRole(userId: string, role: RoomRole): Promise<undefined> {
    return this.api.call('PUT /api/chat/rooms/{id}/members/{userId}', { params: { id: this.id, userId }, body: { role } });
  }

  /** null: the person may write again. */
  mute(userId: string, mutedUntil: string | null): Promise<undefined> {
    return this.api.call('PATCH /api/chat/rooms/{id}/members/{userId}', { params: { id: this.id, userId }, body: { mutedUntil } });
  }

  remove(userId: string): Promise<undefined> {
    return this.api.call('DELETE /api/chat/rooms/{id}/members/{userId}', { params: { id: this.id, userId } });
  }

  ban(userId: string): Promise<undefined> {
    return this.api.call('DELETE /api/chat/rooms/{id}/members/{userId}', { params: { id: this.id, userId }, query: { ban: 'true' } });
  }

  bans(cursor?: string): Promise<BansAnswer> {
    return this.api.call('GET /api/chat/rooms/{id}/bans', { params: { id: this.id }, query: cursor === undefined ? {} : { cursor } });
  }

  liftBan(userId: string): Promise<undefined> {
    return this.api.call('DELETE /api/chat/rooms/{id}/bans/{userId}', { params: { id: this.id, userId } });
  }

  invites(): Promise<InvitesAnswer> {
    return this.api.call('GET /api/chat/rooms/{id}/invites', { params: { id: this.id } });
  }

  invite(body: z.input<typeof CreateInviteRequest>): Promise<Invite> {
    return this.api.call('POST /api/chat/rooms/{id}/invites', { params: { id: this.id }, body });
  }

  revoke(code: string): Promise<undefined> {
    return this.api.call('DELETE /api/chat/rooms/{id}/invites/{code}', { params: { id: this.id, code } });
  }

  notifications(body: z.input<typeof SetNotificationsRequest>): Promise<Notifications> {
    return this.api.call('PUT /api/chat/rooms/{id}/notifications', { params: { id: this.id }, body });
  }
}

/** Joins the room that the invitation is for. */
export const acceptInvite = (api: ChatApi, code: string): Promise<Room> => api.call('POST /api/invites/{code}', { params: { code } });
