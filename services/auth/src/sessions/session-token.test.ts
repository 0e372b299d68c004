import { v7 as uuidV7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { formatToken, generationsBehind, hashOf, newSecret, parseToken, successorOf } from './session-token.js';

describe('session tokens', () => {
  it('say which session they continue', () => {
    const token = { sessionId: uuidV7(), secret: newSecret() };
    const text = formatToken(token);
    expect(text).toMatch(/^[\w-]{64}$/);
    expect(parseToken(text)).toEqual(token);
  });

  it.each([
    undefined,
    '',
    'x',
    'A'.repeat(63),
    'A'.repeat(65),
    `${'A'.repeat(63)}=`,
    `${'A'.repeat(63)} `,
    '/'.repeat(64),
    '_'.repeat(63) + '\u0000',
  ])('are nothing else: %j', (text) => {
    expect(parseToken(text)).toBeUndefined();
  });

  it('tell how far a token is behind, and who is a stranger', () => {
    const rotationKey = newSecret();
    const secrets = [newSecret()];
    while (secrets.length < 10) secrets.push(successorOf(secrets.at(-1)!, rotationKey));
    const family = { tokenHash: hashOf(secrets.at(-1)!), rotationKey, generation: 9 };
    expect(secrets.map((secret) => generationsBehind(secret, family))).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(generationsBehind(newSecret(), family)).toBeUndefined();
    expect(generationsBehind(successorOf(secrets.at(-1)!, rotationKey), family)).toBeUndefined();
    expect(generationsBehind(secrets[0]!, { ...family, rotationKey: newSecret() })).toBeUndefined();
  });

  it('cost little to judge, even after a session of 30 days', () => {
    const family = { tokenHash: hashOf(newSecret()), rotationKey: newSecret(), generation: 1_000_000 };
    const begin = performance.now();
    expect(generationsBehind(newSecret(), family)).toBeUndefined();
    expect(performance.now() - begin).toBeLessThan(500);
  });
});
