import { describe, expect, it } from 'vitest';
import { COMMON_PASSWORDS } from './common-passwords.js';
import { generatePassword } from './generated-password.js';
import { assertAcceptablePassword } from './password.rules.js';

const isAcceptable = (password: string, username = 'alice'): boolean => {
  try {
    assertAcceptablePassword(password, username);
    return true;
  } catch {
    return false;
  }
};

describe('rules for passwords', () => {
  it('refuse every common password, in any case', () => {
    const words = COMMON_PASSWORDS.trim().split(/\s+/);
    expect(words.length).toBeGreaterThan(3000);
    expect(words.filter((word) => word.length < 8 || word !== word.toLowerCase())).toEqual([]);
    expect(words.filter((word) => isAcceptable(word) || isAcceptable(word.toUpperCase()))).toEqual([]);
  });

  it.each(['password', '12345678', 'Parley123', 'PARLEY!!', 'parley-chat', 'ｐａｓｓｗｏｒｄ', 'Alice-Liddell'])(
    'refuse %s',
    (password) => {
      expect(isAcceptable(password, 'alice-liddell')).toBe(false);
    },
  );

  it.each(['correct horse battery', 'parleying tonight', 'x'.repeat(256), 'Passwort-für-Parley', 'sunshine and rain', 'alice1234'])(
    'take %s',
    (password) => {
      expect(isAcceptable(password)).toBe(true);
    },
  );

  it('name the field at fault', () => {
    expect(() => assertAcceptablePassword('password', 'alice', 'newPassword')).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED', errors: [expect.objectContaining({ path: 'newPassword' })] }) as Error,
    );
  });
});

describe('generated passwords', () => {
  it('are long, readable, all different and acceptable', () => {
    const passwords = Array.from({ length: 500 }, generatePassword);
    expect(new Set(passwords).size).toBe(500);
    for (const password of passwords) expect(password).toMatch(/^([a-zA-Z3-9]{5}-){3}[a-zA-Z3-9]{5}$/);
    expect(passwords.join('')).not.toMatch(/[0Oo1lI5S2Z]/);
    expect(passwords.every((password) => isAcceptable(password))).toBe(true);
  });
});
