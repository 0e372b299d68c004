import { createCipheriv, createECDH, createHmac, hkdfSync, randomBytes, type ECDH } from 'node:crypto';

/** The keys of a browser's subscription, base64url. */
export interface DeviceKeys {
  readonly p256dh: string;
  readonly auth: string;
}

const CURVE = 'prime256v1';
/** One record is all that push services take. */
const RECORD_BYTES = 4096;
const TAG_BYTES = 16;
const LAST_RECORD = 2;

/** Whether the key is a point that something can be agreed upon with. */
export function isAgreeable(p256dh: string): boolean {
  try {
    const own = createECDH(CURVE);
    own.generateKeys();
    own.computeSecret(p256dh, 'base64url');
    return true;
  } catch {
    return false;
  }
}

const derive = (key: Buffer, salt: Buffer, info: string | Buffer, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, info, length));

/** For tests that know what comes out. */
export interface Chosen {
  readonly salt?: Buffer;
  readonly sender?: ECDH;
}

/** The body of a push message (RFC 8291, `aes128gcm`): only the browser that subscribed can read it. */
export function encryptPush(plaintext: string, { p256dh, auth }: DeviceKeys, { salt = randomBytes(16), sender }: Chosen = {}): Buffer {
  const own = sender ?? createECDH(CURVE);
  const ownKey = sender ? own.getPublicKey() : own.generateKeys();
  const theirKey = Buffer.from(p256dh, 'base64url');
  const shared = own.computeSecret(theirKey);
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), theirKey, ownKey]);
  const secret = derive(shared, Buffer.from(auth, 'base64url'), keyInfo, 32);
  const key = derive(secret, salt, 'Content-Encoding: aes128gcm\0', 16);
  const nonce = derive(secret, salt, 'Content-Encoding: nonce\0', 12);

  const header = Buffer.alloc(21);
  salt.copy(header);
  header.writeUInt32BE(RECORD_BYTES, 16);
  header.writeUInt8(ownKey.length, 20);
  const content = Buffer.concat([Buffer.from(plaintext), Buffer.from([LAST_RECORD])]);
  if (header.length + ownKey.length + content.length + TAG_BYTES > RECORD_BYTES) throw new RangeError('the push message is too long');
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  return Buffer.concat([header, ownKey, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/**
 * The `Topic` of a room: a message replaces the one of the same room that still waits at the push service. Services see it,
 * so it must not tell which room it is, nor that two people share one.
 */
export const topicOf = (roomId: string, { auth }: DeviceKeys): string =>
  createHmac('sha256', auth).update(roomId).digest('base64url').slice(0, 32);
