import { describe, expect, it } from 'vitest';
import { byteRange } from './byte-range.js';

describe('byteRange', () => {
  it.for([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=2-', { start: 2, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=4-99', { start: 4, end: 9 }],
    ['bytes= 1-2, 5-6', { start: 1, end: 2 }],
    [undefined, undefined],
    ['', undefined],
    ['bytes=', undefined],
    ['bytes=-', undefined],
    ['bytes=5-4', undefined],
    ['bytes=a-b', undefined],
    ['bytes=1.5-2', undefined],
    ['items=0-1', undefined],
    ['bytes=0-9999999999999999999999', undefined],
  ] as const)('reads %j', ([header, expected]) => {
    expect(byteRange(header, 10)).toEqual(expected);
  });

  it.for(['bytes=10-', 'bytes=11-12', 'bytes=-0'])('finds nothing at %s', (header) => {
    expect(() => byteRange(header, 10)).toThrow('no such part');
  });
});
