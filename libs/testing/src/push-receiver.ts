import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, randomUUID, verify, type ECDH } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One push message as the browser behind the push service would get it. */
export interface ReceivedPush {
  readonly payload: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
}

interface Device {
  readonly keys: ECDH;
  readonly auth: Buffer;
  readonly received: ReceivedPush[];
  status: number;
}

/**
 * A push service and the browsers that use it: takes what RFC 8030 describes, insists on VAPID (RFC 8292), and reads what was
 * encrypted for each of them (RFC 8291). A request that breaks any of these rules is answered 400.
 */
export class PushReceiver implements AsyncDisposable {
  readonly #server: Server;
  readonly #devices = new Map<string, Device>();
  requests = 0;

  private constructor(
    server: Server,
    private readonly publicKey: () => string,
  ) {
    this.#server = server;
  }

  /** @param publicKey what browsers subscribe with */
  static async start(publicKey: () => string): Promise<PushReceiver> {
    const server = createServer();
    const receiver = new PushReceiver(server, publicKey);
    server.on('request', (request, response) => {
      void receiver.#receive(request).then(
        (status) => response.writeHead(status).end(),
        (error: unknown) => response.writeHead(400).end(String(error)),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A browser subscribes: what it would send to its application. */
  subscribe(name: string = randomUUID()): { endpoint: string; keys: { p256dh: string; auth: string } } {
    const keys = createECDH('prime256v1');
    const auth = randomBytes(16);
    this.#devices.set(`/push/${name}`, { keys, auth, received: [], status: 201 });
    const p256dh = keys.generateKeys().toString('base64url');
    return { endpoint: `${this.origin}/push/${name}`, keys: { p256dh, auth: auth.toString('base64url') } };
  }

  /** From here on what comes there is answered so. */
  answer(endpoint: string, status: number): void {
    this.#devices.get(new URL(endpoint).pathname)!.status = status;
  }

  /** The browser withdraws its subscription. */
  drop(endpoint: string): void {
    this.#devices.delete(new URL(endpoint).pathname);
  }

  /** What came there, oldest first. */
  receivedAt(endpoint: string): readonly ReceivedPush[] {
    return this.#devices.get(new URL(endpoint).pathname)?.received ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #receive(request: IncomingMessage): Promise<number> {
    this.requests += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const device = this.#devices.get(request.url ?? '');
    if (!device) return 410;
    const { headers } = request;
    if (request.method !== 'POST' || headers['content-encoding'] !== 'aes128gcm') throw new Error('no push message');
    if (!/^[0-9]+$/.test(String(headers['ttl']))) throw new Error('no TTL');
    this.#checkSender(headers.authorization ?? '');
    const payload = JSON.parse(decrypt(Buffer.concat(chunks), device)) as Record<string, unknown>;
    if (device.status === 201) device.received.push({ payload, headers });
    return device.status;
  }

  /** The token must be for us, hold now, and be signed by the key that browsers subscribed with. */
  #checkSender(authorization: string): void {
    const [, token = '', key] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization) ?? [];
    if (key !== this.publicKey()) throw new Error('another key');
    const [header = '', claims = '', signature = ''] = token.split('.');
    const { aud, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string; exp: number };
    if (aud !== this.origin || exp * 1000 < Date.now() || exp * 1000 > Date.now() + 86_400_000) throw new Error('a token for others');
    const point = Buffer.from(key, 'base64url');
    const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
    const signer = { key: createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } }), dsaEncoding: 'ieee-p1363' as const };
    const isSigned = verify('sha256', Buffer.from(`${header}.${claims}`), signer, Buffer.from(signature, 'base64url'));
    if (!isSigned) throw new Error('a forged token');
  }
}

function decrypt(body: Buffer, { keys, auth }: Device): string {
  const salt = body.subarray(0, 16);
  const senderKey = body.subarray(21, 21 + body.readUInt8(20));
  const derive = (key: Buffer, by: Buffer, info: string | Buffer, length: number) => Buffer.from(hkdfSync('sha256', key, by, info, length));
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), senderKey]);
  const secret = derive(keys.computeSecret(senderKey), auth, info, 32);
  const key = derive(secret, salt, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = derive(secret, salt, 'Content-Encoding: nonce\0', 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(body.subarray(-16));
  const padded = Buffer.concat([decipher.update(body.subarray(21 + senderKey.length, -16)), decipher.final()]);
  return padded.subarray(0, padded.lastIndexOf(2)).toString();
}
