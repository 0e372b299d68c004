import { describe, expect, it } from 'vitest';
import { containsPattern, searchKey, textKey } from './text-key.js';

describe('textKey', () => {
  it('knows no case and no two ways to write one letter', () => {
    expect(textKey('ÄRGER')).toBe(textKey('a\u0308rger'));
    expect(textKey('General')).not.toBe(textKey('Generals'));
    expect(textKey('Cafe')).not.toBe(textKey('Café'));
  });
});

describe('containsPattern', () => {
  it('takes wildcards for what they are', () => {
    expect(containsPattern('50%_\\')).toBe('%50\\%\\_\\\\%');
  });

  it('knows no accents', () => {
    expect(containsPattern(' CAFÉ')).toBe(`%${searchKey('cafe')}%`);
  });
});
