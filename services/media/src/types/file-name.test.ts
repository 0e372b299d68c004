import { describe, expect, it } from 'vitest';
import { cleanFileName, extensionOf } from './file-name.js';
import { findMediaType } from './media-types.js';

const clean = (name: string, type = 'image/png') => cleanFileName(name, findMediaType(type)!);

describe('cleanFileName', () => {
  it.for([
    ['hill.png', 'hill.png'],
    ['Hill.PNG', 'Hill.png'],
    ['hill.jpeg', 'hill.png'],
    ['hill', 'hill.png'],
    ['setup.exe', 'setup.exe.png'],
    ['a/b/c.png', 'c.png'],
    ['..\\..\\c.png', 'c.png'],
    ['...png', 'png.png'],
    ['   .png', 'png.png'],
    ['...', 'file.png'],
    ['a  \t b.png', 'a b.png'],
    ['a:b*c?.png', 'a_b_c_.png'],
    ['e\u0301.png', 'é.png'],
    ['\u202egnp.exe', 'gnp.exe.png'],
    ['\ud800.png', '\ufffd.png'],
    ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
    ['', 'file.png'],
  ])('makes of %j %j', ([given, cleaned]) => {
    expect(clean(given!)).toBe(cleaned);
  });

  it('keeps the ending of what is too long', () => {
    const name = clean(`${'山'.repeat(500)}.png`);
    expect(name).toHaveLength(120);
    expect(name.endsWith('山.png')).toBe(true);
  });

  it('never answers what an address could take for something else', () => {
    expect(clean('thumbnail', 'text/plain')).toBe('thumbnail.txt');
    expect(clean('thumbnail.webp', 'image/webp')).toBe('thumbnail.webp');
  });
});

it('extensionOf looks behind the last dot', () => {
  expect(['a.tar.GZ', 'a', 'a.', '.txt'].map(extensionOf)).toEqual(['gz', '', '', 'txt']);
});
