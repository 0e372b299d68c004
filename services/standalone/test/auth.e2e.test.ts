import { ChatClient, TEST_PASSWORD, eventually, uniqueUsername } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProduct, type Product } from './support/product.js';

const TOKEN_SECONDS = 20;

describe('sessions in the product', () => {
  let product: Product;
  const clients: ChatClient[] = [];

  beforeAll(async () => {
    product = await startProduct({
      env: { PARLEY_LIMITS_FACTOR: '10', PARLEY_LOG_LEVEL: 'trace', PARLEY_ACCESS_TOKEN_SECONDS: String(TOKEN_SECONDS) },
    });
  });

  afterAll(async () => {
    for (const client of clients) await client[Symbol.asyncDispose]();
    await product?.[Symbol.asyncDispose]();
  });

  const newClient = (): ChatClient => {
    const client = new ChatClient({ url: product.url });
    clients.push(client);
    return client;
  };
  /** One person on several devices, all connected. */
  const onDevices = async (count: number): Promise<[ChatClient, ...ChatClient[]]> => {
    const first = await newClient().register();
    const others = await Promise.all(Array.from({ length: count - 1 }, () => newClient().login(first.http.user!.username)));
    const devices: [ChatClient, ...ChatClient[]] = [first, ...others];
    await Promise.all(devices.map((device) => device.connect()));
    return devices;
  };
  const sessionOf = ({ http }: ChatClient): string =>
    (JSON.parse(Buffer.from(http.accessToken.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid;
  const ask = async (path: string, token: string): Promise<number> =>
    (await fetch(product.url + path, { headers: { authorization: `Bearer ${token}` } })).status;
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(product.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

  /** Every service refuses the token, and the socket is cut for good; both within two seconds. */
  const expectGone = async (device: ChatClient, reason: string) => {
    await eventually(() => device.ended !== undefined, { timeoutMs: 2_000, describe: 'the socket is cut for good' });
    expect(device.ended?.message).toContain(reason);
    for (const path of ['/api/me', '/api/users', '/api/chat/rooms', '/api/chat/conversations'])
      expect(await ask(path, device.http.accessToken)).toBe(401);
    const again = new ChatClient({ url: product.url });
    again.http.steal(device.http);
    clients.push(again);
    await expect(again.connect()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  };

  it('cuts one device and leaves the others', async () => {
    const [laptop, phone, tablet] = await onDevices(3);
    await laptop.http.call('DELETE /api/sessions/{id}', { params: { id: sessionOf(phone!) } });
    await expectGone(phone!, 'revoked');
    expect([laptop.isConnected, tablet!.isConnected]).toEqual([true, true]);
  });

  it('cuts all other devices', async () => {
    const [laptop, phone, tablet] = await onDevices(3);
    await laptop.http.call('DELETE /api/sessions');
    await expectGone(phone!, 'revoked');
    await expectGone(tablet!, 'revoked');
    expect(laptop.isConnected).toBe(true);
    expect(await ask('/api/me', laptop.http.accessToken)).toBe(200);
  });

  it('cuts all other devices when the password changes', async () => {
    const [laptop, phone] = await onDevices(2);
    await laptop.http.call('POST /api/me/password', { body: { currentPassword: TEST_PASSWORD, newPassword: `${TEST_PASSWORD} 2` } });
    await expectGone(phone!, 'password-changed');
    expect(laptop.isConnected).toBe(true);
  });

  it('cuts the session whose old cookie comes back', async () => {
    const [laptop] = await onDevices(1);
    const registered = await post('/api/login', { username: laptop.http.user!.username, password: TEST_PASSWORD });
    const { accessToken } = (await registered.json()) as { accessToken: string };
    let [cookie = ''] = registered.headers.getSetCookie().map((each) => each.split(';', 1)[0] ?? '');
    const stolen = cookie;
    for (let round = 0; round < 2; round += 1) {
      const answer = await post('/api/refresh', undefined, { cookie });
      expect(answer.status).toBe(200);
      cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    }
    expect(await ask('/api/me', accessToken)).toBe(200);
    expect((await post('/api/refresh', undefined, { cookie: stolen })).status).toBe(401);
    expect((await post('/api/refresh', undefined, { cookie })).status).toBe(401);
    expect(await ask('/api/chat/rooms', accessToken)).toBe(401);
    expect(laptop.isConnected).toBe(true);
  });

  it('keeps sockets that renew their token beyond its end, and HTTP clients that refresh', async () => {
    const [laptop] = await onDevices(1);
    const old = laptop.http.accessToken;
    await laptop.http.refresh();
    expect(laptop.http.accessToken).not.toBe(old);
    const { expiresAt } = await laptop.emit('auth:renew', { token: laptop.http.accessToken });
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(TOKEN_SECONDS * 1000);
    expect(await ask('/api/me', laptop.http.accessToken)).toBe(200);
  });

  it('knows people and sessions again after a kill -9, and who was thrown out', async () => {
    const [laptop, phone] = await onDevices(2);
    const { username } = laptop.http.user!;
    await laptop.http.call('DELETE /api/sessions/{id}', { params: { id: sessionOf(phone!) } });
    await product.kill();
    await product.start();
    expect(await ask('/api/me', phone!.http.accessToken)).toBe(401);
    await expect(phone!.http.refresh()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await laptop.http.refresh();
    expect((await laptop.http.call('GET /api/me')).username).toBe(username);
    await eventually(() => laptop.isConnected, { timeoutMs: 15_000 });
  });

  it('shows a picture to everyone', async () => {
    const { http } = await newClient().register();
    const answer = await fetch(product.url + http.user!.avatarUrl);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(answer.headers.get('cache-control')).toContain('immutable');
  });

  it('prints no password, no cookie and no token, even when it says all it can', async () => {
    const password = `canary ${uniqueUsername()}`;
    const username = uniqueUsername();
    const answer = await post('/api/register', { username, password });
    const { accessToken } = (await answer.json()) as { accessToken: string };
    const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    await post('/api/login', { username, password: `${password} wrong` });
    await post('/api/register', { username, password, role: 'administrator' });
    await ask(`/api/me?token=${accessToken}`, accessToken);
    await post('/api/refresh', undefined, { cookie });
    await fetch(`${product.url}/api/nothing-here`);
    await eventually(() => product.logs.some((line) => line.includes('(none): NOT_FOUND')), { describe: 'it printed the last request' });
    const printed = product.logs.join('\n');
    expect(printed).toContain('/api/login: INVALID_CREDENTIALS');
    for (const secret of [password, accessToken, cookie.split('=')[1] ?? 'none']) expect(printed).not.toContain(secret);
  });
});
