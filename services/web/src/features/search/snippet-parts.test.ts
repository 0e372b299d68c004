import { describe, expect, it } from 'vitest';
import { snippetParts } from './snippet-parts.js';

const partsOf = (text: string, marks: [number, number][]) =>
  snippetParts({ text, marks }).map((part) => (part.isMarked ? `[${part.text}]` : part.text));

describe('snippetParts', () => {
  it.each([
    ['one two three', [[4, 7]], ['one ', '[two]', ' three']],
    [
      'one two',
      [
        [0, 3],
        [4, 7],
      ],
      ['[one]', ' ', '[two]'],
    ],
    ['😀 one', [[3, 6]], ['😀 ', '[one]']],
    ['nothing', [], ['nothing']],
    ['', [], []],
  ] as [string, [number, number][], string[]][])('cuts %j at %j', (text, marks, expected) => {
    expect(partsOf(text, marks)).toEqual(expected);
  });
});
