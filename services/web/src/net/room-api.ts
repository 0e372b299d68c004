import {
  BansAnswer,
  Invite,
  InvitesAnswer,
  MembersAnswer,
  Notifications,
  Room,
  type ChangeRoomRequest,
  type CreateInviteRequest,
  type RoomRole,
  type SetNotificationsRequest,
} from '@parley/contracts';
import type { z } from 'zod';
import type { ChatApi } from './chat-api.js';

/** Running a room: its settings, the people in it, who is kept out and who is invited. */
export class RoomApi {
  private readonly path: string;

  constructor(
    private readonly api: ChatApi,
    roomId: string,
  ) {
    this.path = `/api/chat/rooms/${roomId}`;
  }

  change(body: z.input<typeof ChangeRoomRequest>): Promise<Room> {
    return this.api.call({ method: 'PATCH', path: this.path, body, answer: Room });
  }

  archive(): Promise<undefined> {
    return this.api.call({ method: 'DELETE', path: this.path, answer: undefined });
  }

  members(cursor?: string): Promise<MembersAnswer> {
    return this.api.call({ method: 'GET', path: `${this.path}/members`, query: { cursor }, answer: MembersAnswer });
  }

  changeRole(userId: string, role: RoomRole): Promise<undefined> {
    return this.api.call({ method: 'PUT', path: `${this.path}/members/${userId}`, body: { role }, answer: undefined });
  }

  remove(userId: string): Promise<undefined> {
    return this.api.call({ method: 'DELETE', path: `${this.path}/members/${userId}`, answer: undefined });
  }

  ban(userId: string): Promise<undefined> {
    return this.api.call({ method: 'DELETE', path: `${this.path}/members/${userId}`, query: { ban: 'true' }, answer: undefined });
  }

  bans(): Promise<BansAnswer> {
    return this.api.call({ method: 'GET', path: `${this.path}/bans`, answer: BansAnswer });
  }

  liftBan(userId: string): Promise<undefined> {
    return this.api.call({ method: 'DELETE', path: `${this.path}/bans/${userId}`, answer: undefined });
  }

  invites(): Promise<InvitesAnswer> {
    return this.api.call({ method: 'GET', path: `${this.path}/invites`, answer: InvitesAnswer });
  }

  invite(body: z.input<typeof CreateInviteRequest>): Promise<Invite> {
    return this.api.call({ method: 'POST', path: `${this.path}/invites`, body, answer: Invite });
  }

  revoke(code: string): Promise<undefined> {
    return this.api.call({ method: 'DELETE', path: `${this.path}/invites/${encodeURIComponent(code)}`, answer: undefined });
  }

  notifications(body: z.input<typeof SetNotificationsRequest>): Promise<Notifications> {
    return this.api.call({ method: 'PUT', path: `${this.path}/notifications`, body, answer: Notifications });
  }
}

/** Joins the room that the invitation is for. */
export const acceptInvite = (api: ChatApi, code: string): Promise<Room> =>
  api.call({ method: 'POST', path: `/api/invites/${encodeURIComponent(code)}`, answer: Room });
