import { expect, it } from 'vitest';
import { imageBox } from './image-box.js';

it.each([
  ['a small one as it is', { width: 120, height: 90 }, { width: 120, height: 90 }],
  ['a wide one', { width: 4000, height: 2000 }, { width: 400, height: 200 }],
  ['a high one', { width: 1000, height: 3000 }, { width: 100, height: 300 }],
  ['a line', { width: 5000, height: 2 }, { width: 400, height: 48 }],
  ['one of unknown size', {}, { width: 240, height: 180 }],
])('fits %s', (_, size, box) => {
  expect(imageBox(size)).toEqual(box);
});
