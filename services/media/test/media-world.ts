import { randomUUID } from 'node:crypto';
import { ACCESS_TOKEN, RoomAccess, Sessions, type Caller, type RevokedSession, type RoomFacts } from '@parley/chat';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';

/** The services around: who is logged in, and who is in which room. */
export class MediaWorld {
  readonly members = new Map<string, Set<string>>();
  readonly revoked: RevokedSession[] = [];
  readonly #cookies = new Map<string, Caller>();
  readonly #keys = generateKeyPair(ACCESS_TOKEN.algorithm, { extractable: true });

  readonly rooms = {
    findFacts: async (roomId: string, userId: string): Promise<RoomFacts | undefined> => {
      const members = this.members.get(roomId);
      if (!members) return undefined;
      const role = members.has(userId) ? ('member' as const) : null;
      const memberCount = members.size;
      const settings = { isArchived: false, isMuted: false, isForEveryone: false, slowModeSeconds: 0, memberCount, memberRev: 0 } as const;
      return { roomId, kind: 'room', visibility: 'private', ...settings, role, isBanned: false, isAdministrator: false };
    },
  } as unknown as RoomAccess;

  readonly sessions = {
    publicKeys: async () => {
      const { publicKey } = await this.#keys;
      return { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: ACCESS_TOKEN.algorithm, use: 'sig' }] };
    },
    listRevokedSince: async () => this.revoked,
    findByCookie: async (token: string) => this.#cookies.get(token),
  } satisfies Sessions;

  /** Somebody who is logged in, with an access token and a cookie. */
  async person(): Promise<{ id: string; sessionId: string; token: string; cookie: string }> {
    const [id, sessionId, cookie] = [randomUUID(), randomUUID(), randomUUID()];
    this.#cookies.set(cookie, { userId: id, sessionId, roles: [] });
    const { privateKey } = await this.#keys;
    const token = await new SignJWT({ sid: sessionId, roles: [] })
      .setProtectedHeader({ alg: ACCESS_TOKEN.algorithm, typ: ACCESS_TOKEN.type, kid: 'test' })
      .setIssuer(ACCESS_TOKEN.issuer)
      .setAudience(ACCESS_TOKEN.audience)
      .setSubject(id)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + 600)
      .sign(privateKey);
    return { id, sessionId, token, cookie: `parley_session=${cookie}` };
  }

  room(...memberIds: string[]): string {
    const id = randomUUID();
    this.members.set(id, new Set(memberIds));
    return id;
  }
}
