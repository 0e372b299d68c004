import { createECDH } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encryptPush, isAgreeable, topicOf } from './push-encryption.js';

/** RFC 8291, appendix A. */
const KEYS = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};

describe('encryptPush', () => {
  it('makes of the example of RFC 8291 what the RFC makes of it', () => {
    const sender = createECDH('prime256v1');
    sender.setPrivateKey('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url');
    const salt = Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url');
    expect(encryptPush('When I grow up, I want to be a watermelon', KEYS, { salt, sender }).toString('base64url')).toBe(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
    );
  });

  it('uses another key each time, and refuses what does not fit into one record', () => {
    expect(encryptPush('a', KEYS)).not.toEqual(encryptPush('a', KEYS));
    expect(encryptPush('x'.repeat(3993), KEYS)).toHaveLength(4096);
    expect(() => encryptPush('x'.repeat(3994), KEYS)).toThrow(RangeError);
  });
});

it('isAgreeable knows points of the curve from other bytes', () => {
  expect(isAgreeable(KEYS.p256dh)).toBe(true);
  expect(isAgreeable(`B${'A'.repeat(86)}`)).toBe(false);
});

it('topicOf tells rooms apart, and devices', () => {
  const topics = [topicOf('a', KEYS), topicOf('b', KEYS), topicOf('a', { ...KEYS, auth: 'other' })];
  expect(new Set(topics).size).toBe(3);
  for (const topic of topics) expect(topic).toMatch(/^[A-Za-z0-9_-]{32}$/);
});
