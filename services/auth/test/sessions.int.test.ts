import { RevokedSessions } from '@parley/chat';
import { SessionAnswer, SessionsAnswer } from '@parley/contracts';
import { eventually } from '@parley/testing';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionService } from '../src/sessions/session.service.js';
import { SessionRepository } from '../src/sessions/session.repository.js';
import { AuthFixture } from './auth-fixture.js';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

describe('sessions', () => {
  let auth: AuthFixture;
  beforeAll(async () => {
    auth = await AuthFixture.start();
  });
  afterAll(() => auth[Symbol.asyncDispose]());

  const sessionOf = ({ accessToken }: { accessToken: string }) => String(decodeJwt(accessToken)['sid']);
  const list = async (person: { accessToken: string }) => {
    const { status, body } = await auth.call('GET /api/sessions', { token: person.accessToken });
    expect(status).toBe(200);
    return SessionsAnswer.parse(body).sessions;
  };
  /** One person with sessions on several devices. */
  const onDevices = async (count: number) => {
    const person = await auth.register();
    const others = await Promise.all(
      Array.from({ length: count - 1 }, async () => {
        const answer = await auth.login(person.user.username, person.password);
        return { ...SessionAnswer.parse(answer.body), cookie: answer.cookie };
      }),
    );
    return { person, others };
  };
  const endReason = (sessionId: string) =>
    auth.events.map(({ payload }) => payload as { sessionId?: string; reason?: string }).find((payload) => payload.sessionId === sessionId)
      ?.reason;

  it('lists one’s own by device, with the present one marked', async () => {
    const person = await auth.register();
    const { username } = person.user;
    await auth.call('POST /api/login', { body: { username, password: person.password }, headers: { 'user-agent': FIREFOX } });
    const sessions = await list(person);
    expect(sessions).toHaveLength(2);
    expect(sessions.filter(({ current }) => current).map(({ id }) => id)).toEqual([sessionOf(person)]);
    expect(sessions.find(({ current }) => !current)?.deviceName).toBe('Firefox on Linux');
    expect(JSON.stringify(sessions)).not.toMatch(/hash|key|token/i);
  });

  it('notes when a session was last seen, at most once a minute', async () => {
    const person = await auth.register();
    const seen = async () => (await list(person))[0]?.lastSeenAt;
    const first = await seen();
    expect(await seen()).toBe(first);
    await auth.database.query(`UPDATE auth.sessions SET last_seen_at = last_seen_at - interval '61 seconds' WHERE id = $1`, [
      sessionOf(person),
    ]);
    const later = await seen();
    expect(Date.parse(later ?? '')).toBeGreaterThan(Date.parse(first ?? '') - 1000);
  });

  it('logs out: this session ends everywhere, others go on', async () => {
    const { person, others } = await onDevices(2);
    let cut = '';
    auth.app.get(RevokedSessions).onRevoked(sessionOf(person), (reason) => (cut = reason));
    const answer = await auth.call('POST /api/logout', { cookie: person.cookie });
    expect(answer.status).toBe(204);
    expect(answer.setCookie[0]).toMatch(/^parley_session=; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax$/);
    expect(cut).toBe('logout');
    expect(await auth.statusOf(person)).toBe(401);
    expect((await auth.call('POST /api/refresh', { cookie: person.cookie })).status).toBe(401);
    expect(await auth.statusOf(others[0]!)).toBe(200);
    await eventually(() => endReason(sessionOf(person)) === 'logout');
    expect((await auth.call('POST /api/logout', { cookie: person.cookie })).status).toBe(401);
  });

  it('logs out scripts that keep no cookies', async () => {
    const person = await auth.register();
    expect((await auth.call('POST /api/logout', { token: person.accessToken })).status).toBe(204);
    expect(await auth.statusOf(person)).toBe(401);
    expect((await auth.call('POST /api/logout', { token: person.accessToken })).status).toBe(401);
    expect((await auth.call('POST /api/logout')).status).toBe(401);
  });

  it('ends one session of several', async () => {
    const { person, others } = await onDevices(3);
    const [victim, rest] = others;
    const answer = await auth.call(`DELETE /api/sessions/${sessionOf(victim!)}`, { token: person.accessToken });
    expect(answer).toMatchObject({ status: 204, body: '', setCookie: [] });
    expect(await Promise.all([person, victim!, rest!].map((each) => auth.statusOf(each)))).toEqual([200, 401, 200]);
    expect((await auth.call('POST /api/refresh', { cookie: victim!.cookie })).status).toBe(401);
    await eventually(() => endReason(sessionOf(victim!)) === 'revoked');
    expect((await auth.call(`DELETE /api/sessions/${sessionOf(victim!)}`, { token: person.accessToken })).status).toBe(404);
    expect((await list(person)).map(({ id }) => id)).not.toContain(sessionOf(victim!));
  });

  it('ends the present one too, and clears its cookie', async () => {
    const person = await auth.register();
    const answer = await auth.call(`DELETE /api/sessions/${sessionOf(person)}`, { token: person.accessToken });
    expect(answer.status).toBe(204);
    expect(answer.setCookie).toHaveLength(1);
    expect(await auth.statusOf(person)).toBe(401);
  });

  it('ends nobody else’s', async () => {
    const [alice, mallory] = [await auth.register(), await auth.register()];
    const answer = await auth.call(`DELETE /api/sessions/${sessionOf(alice)}`, { token: mallory.accessToken });
    expect(answer).toMatchObject({ status: 404, body: { code: 'SESSION_NOT_FOUND' } });
    expect(await auth.statusOf(alice)).toBe(200);
    expect((await list(mallory)).map(({ id }) => id)).not.toContain(sessionOf(alice));
  });

  it('ends all others', async () => {
    const { person, others } = await onDevices(4);
    expect((await auth.call('DELETE /api/sessions', { token: person.accessToken })).status).toBe(204);
    expect(await Promise.all(others.map((each) => auth.statusOf(each)))).toEqual([401, 401, 401]);
    expect(await list(person)).toHaveLength(1);
    await eventually(() => others.every((each) => endReason(sessionOf(each)) === 'revoked'));
  });

  it.each(['not-an-id', '%00', '..%2f', '01900000-0000-7000-8000-00000000000g'])('refuses malformed ids: %s', async (id) => {
    const { accessToken } = await auth.register();
    expect((await auth.call(`DELETE /api/sessions/${id}`, { token: accessToken })).status).toBe(400);
  });

  it('needs a token for everything about sessions', async () => {
    for (const route of ['GET /api/sessions', 'DELETE /api/sessions', 'DELETE /api/sessions/01900000-0000-7000-8000-000000000000'])
      expect(await auth.call(route)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
  });

  it('tells other services which sessions ended lately', async () => {
    const person = await auth.register();
    const before = Date.now() - 1000;
    await auth.call('POST /api/logout', { cookie: person.cookie });
    const service = auth.app.get(SessionService);
    const ended = { sessionId: sessionOf(person), userId: person.user.id, reason: 'logout' };
    expect(await service.listRevokedSince(before)).toContainEqual(ended);
    expect(await service.listRevokedSince(Date.now() + 1000)).toEqual([]);
  });

  it('forgets sessions a day after their end', async () => {
    const [ended, expired, live] = [await auth.register(), await auth.register(), await auth.register()];
    await auth.call('POST /api/logout', { cookie: ended.cookie });
    await auth.database.query(`UPDATE auth.sessions SET ended_at = now() - interval '25 hours' WHERE id = $1`, [sessionOf(ended)]);
    await auth.database.query(`UPDATE auth.sessions SET expires_at = now() - interval '25 hours' WHERE id = $1`, [sessionOf(expired)]);
    await auth.app.get(SessionRepository).sweep();
    const ids = [ended, expired, live].map(sessionOf);
    const left = await auth.database.query<{ id: string }>('SELECT id FROM auth.sessions WHERE id = ANY($1)', [ids]);
    expect(left).toEqual([{ id: sessionOf(live) }]);
  });

  describe('change of password', () => {
    const change = (token: string, body: unknown) => auth.call('POST /api/me/password', { token, body });
    const newPassword = 'another horse 8 battery';

    it('replaces the password and ends all other sessions', async () => {
      const { person, others } = await onDevices(3);
      expect((await change(person.accessToken, { currentPassword: person.password, newPassword })).status).toBe(204);
      expect(await Promise.all([person, ...others].map((each) => auth.statusOf(each)))).toEqual([200, 401, 401]);
      expect((await auth.login(person.user.username, person.password)).status).toBe(401);
      expect((await auth.login(person.user.username, newPassword)).status).toBe(200);
      await eventually(() => others.every((each) => endReason(sessionOf(each)) === 'password-changed'));
    });

    it('refuses a wrong current password without doubting the log-in', async () => {
      const person = await auth.register();
      const answer = await change(person.accessToken, { currentPassword: 'wrong password', newPassword });
      expect(answer).toMatchObject({ status: 403, body: { code: 'INVALID_CREDENTIALS', status: 403 } });
      expect((await auth.login(person.user.username, person.password)).status).toBe(200);
    });

    it.each([
      ['short', 'short'],
      ['common', 'password'],
      ['long', 'x'.repeat(257)],
    ])('refuses a new password that is %s', async (_, bad) => {
      const person = await auth.register();
      const answer = await change(person.accessToken, { currentPassword: person.password, newPassword: bad });
      expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', errors: [{ path: 'newPassword' }] } });
    });

    it('lets one of two changes at the same time win', async () => {
      const person = await auth.register();
      const answers = await Promise.all(
        [1, 2].map((each) => change(person.accessToken, { currentPassword: person.password, newPassword: `${newPassword} ${each}` })),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 403]);
    });
  });
});
