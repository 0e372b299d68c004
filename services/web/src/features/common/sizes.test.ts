import { expect, it } from 'vitest';
import { sizeName } from './sizes.js';

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1536, '1.5 KB'],
  [16 * 1024 * 1024, '16 MB'],
])('calls %i bytes %s', (bytes, name) => {
  expect(sizeName(bytes)).toBe(name);
});
