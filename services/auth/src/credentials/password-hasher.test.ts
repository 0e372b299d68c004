import { hash } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { PasswordHasher } from './password-hasher.js';

const config = { HASH_MEMORY_KIB: 19_456, HASH_PASSES: 2, KEY_DAYS: 0, HASH_SLOTS: 2, HASH_QUEUE: 50 };

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher(config);

  it('checks what it hashed, however the characters were typed', async () => {
    const encoded = await hasher.hash('caf\u00e9 au lait');
    expect(await hasher.verify(encoded, 'cafe\u0301 au lait')).toBe(true);
    expect(await hasher.verify(encoded, 'cafe au lait')).toBe(false);
  });

  it('believes nobody who does not exist', async () => {
    expect(await hasher.verify(undefined, 'whatever it is')).toBe(false);
  });

  it('knows which hashes are of lesser cost', async () => {
    const at = (memoryCost: number, timeCost: number, parallelism = 1) => hash('x', { memoryCost, timeCost, parallelism });
    expect(hasher.isOutdated(await hasher.hash('x'))).toBe(false);
    expect(hasher.isOutdated(await at(32_768, 3))).toBe(false);
    expect(hasher.isOutdated(await at(8_192, 2))).toBe(true);
    expect(hasher.isOutdated(await at(19_456, 1))).toBe(true);
    expect(hasher.isOutdated(await at(19_456, 2, 2))).toBe(true);
    expect(hasher.isOutdated('$2b$10$somethingelse')).toBe(true);
  });

  it('checks the hashes of earlier applications, and has them renewed', async () => {
    const imported = 'pbkdf2:sha1:1000$ZmnKbNURODw4eV6r$7b54ef1f974ba6ff7de75dfc8534d501593f2ee0';
    expect(await hasher.verify(imported, 'correct horse \u00e9')).toBe(true);
    expect(await hasher.verify(imported, 'correct horse')).toBe(false);
    expect(hasher.isOutdated(imported)).toBe(true);
  });

  it('lets nobody in where there is no usable hash', async () => {
    expect(await hasher.verify('!', '!')).toBe(false);
    expect(await hasher.verify('', '')).toBe(false);
  });

  it('grows with the configuration', async () => {
    const dearer = new PasswordHasher({ ...config, HASH_PASSES: 3 });
    expect(dearer.isOutdated(await hasher.hash('x'))).toBe(true);
  });
});
