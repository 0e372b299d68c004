import { beforeAll, expect, it } from 'vitest';
import { speak } from '../../texts/texts.js';
import { sizeName } from './sizes.js';

beforeAll(() => speak('en'));

it.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1,023 bytes'],
  [1536, '1.5 KB'],
  [16 * 1024 * 1024, '16 MB'],
])('calls %i bytes %s', (bytes, name) => {
  expect(sizeName(bytes)).toBe(name);
});
