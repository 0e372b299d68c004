import { describe, expect, it } from 'vitest';
import { isWerkzeugHash, verifyWerkzeugHash } from './werkzeug-hash.js';

/** Made by Werkzeug 3.1 from this password. */
const PASSWORD = 'correct horse é';
const HASHES = {
  scrypt:
    'scrypt:32768:8:1$Bnx7RkMvxSgM74ul$3e0be3eb5624197e6e1de28e3aaa476e75f01c756d3ca4e230ef0894ea8dbf2d4ca50b4964ac61c1bdb96d16d347666ca53ff0ef67ef15a86b17b5ae8b998838',
  'cheap scrypt':
    'scrypt:1024:8:1$L0BeTK8UWgs7Aptr$fb9eafc9bc39b99975c553c77581b16bd0db96a7ebd42f264d7559f3139e5093578e6b0c2d395c936146582b6dd68836041265184cf3004bea73eba132381def',
  'pbkdf2 with SHA-256': 'pbkdf2:sha256:1000000$jcgC8EJfx2tCHfMu$849a6a38103eff6dc9534f13337bd365941bceda7bd9bc42215babfcd39f0d68',
  'pbkdf2 with SHA-1': 'pbkdf2:sha1:1000$ZmnKbNURODw4eV6r$7b54ef1f974ba6ff7de75dfc8534d501593f2ee0',
  'pbkdf2 with SHA-512':
    'pbkdf2:sha512:1000$HlCncFTF4DSsvtQn$f11cd7b0d31caf5280a8c113db4a0b6fb6083bc48423e4a3335edac7805677e243b146453293a29bdc113ea52e3f3cbe09927e0f5125ab04b5ffdd5c205880c8',
};

describe('hashes of Werkzeug', () => {
  it.each(Object.entries(HASHES))('are checked: %s', async (_, encoded) => {
    expect(isWerkzeugHash(encoded)).toBe(true);
    expect(await verifyWerkzeugHash(encoded, PASSWORD)).toBe(true);
    expect(await verifyWerkzeugHash(encoded, `${PASSWORD} `)).toBe(false);
    expect(await verifyWerkzeugHash(encoded, '')).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['a password', 'correct horse'],
    ['argon2', '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZWtleQ'],
    ['a withdrawn method', 'sha256$salt$2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'],
    ['no salt', HASHES.scrypt.replace('Bnx7RkMvxSgM74ul', '')],
    ['half a key', HASHES.scrypt.slice(0, -64)],
    ['no key', 'pbkdf2:sha256:1000$salt$'],
    ['an unknown digest', HASHES['pbkdf2 with SHA-1'].replace('sha1', 'md5')],
    ['a cost that is no power of two', HASHES.scrypt.replace('32768', '32769')],
    ['a cost that takes gigabytes', HASHES.scrypt.replace('32768:8', '1048576:64')],
    ['a cost that takes minutes', HASHES['pbkdf2 with SHA-1'].replace('1000', '9999999')],
    ['no cost', HASHES['pbkdf2 with SHA-1'].replace('1000', '0')],
  ])('are told from %s', async (_, encoded) => {
    expect(isWerkzeugHash(encoded)).toBe(false);
    expect(await verifyWerkzeugHash(encoded, PASSWORD)).toBe(false);
  });
});
