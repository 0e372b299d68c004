import { describe, expect, it } from 'vitest';
import { MEDIA_TYPE_NAMES } from './media-types.js';
import { sniff } from './sniff.js';

const all = new Set(MEDIA_TYPE_NAMES);
const typeOf = (bytes: string | Buffer, name: string) =>
  sniff(Buffer.from(bytes), name, all).then(
    ({ type }) => type,
    (error: { code: string }) => error.code,
  );
/** A zip with empty files of these names, as far as its first bytes tell. */
const zip = (...names: string[]) =>
  Buffer.concat(
    names.map((name) => {
      const header = Buffer.alloc(30);
      header.write('PK\x03\x04', 'latin1');
      header.writeUInt16LE(name.length, 26);
      return Buffer.concat([header, Buffer.from(name)]);
    }),
  );

describe('sniff', () => {
  it.for([
    ['plain words', 'a.txt', 'text/plain'],
    ['plain words', 'README', 'text/plain'],
    ['# words', 'a.md', 'text/plain'],
    ['a,b', 'a.CSV', 'text/csv'],
    ['<3 for everybody', 'a.txt', 'text/plain'],
    ['Grüße', 'a.txt', 'text/plain'],
    ['plain words', 'a.json', 'MEDIA_TYPE_REFUSED'],
    ['plain words', 'a.pdf', 'MEDIA_TYPE_REFUSED'],
    ['{\\rtf1 words}', 'a.txt', 'MEDIA_TYPE_REFUSED'],
    ['words\x00', 'a.txt', 'MEDIA_TYPE_REFUSED'],
    ['<!-- a --><!-- b -->\n words', 'a.txt', 'text/plain'],
    ['<!-- a --><!-- b -->\n <p>', 'a.txt', 'MEDIA_TYPE_REFUSED'],
    ['<!-- never ends', 'a.txt', 'MEDIA_TYPE_REFUSED'],
    ['%PDF-1.7\n', 'a.txt', 'application/pdf'],
  ])('takes %j called %s for %s', async ([bytes, name, expected]) => {
    expect(await typeOf(bytes!, name!)).toBe(expected);
  });

  it('lets the name choose among kinds of zip, and nothing else', async () => {
    expect(await typeOf(zip('a.txt'), 'a.zip')).toBe('application/zip');
    expect(await typeOf(zip('a.txt'), 'a.odt')).toBe('application/vnd.oasis.opendocument.text');
    expect(await typeOf(zip('a.txt'), 'a.pdf')).toBe('application/zip');
    expect(await typeOf(zip('META-INF/MANIFEST.MF'), 'a.zip')).toBe('MEDIA_TYPE_REFUSED');
  });

  it('is not slowed down by what looks like comments', async () => {
    const startedAt = performance.now();
    await typeOf(`${'<!---->'.repeat(9_000)}x`, 'a.txt');
    await typeOf('<!--'.repeat(16_000), 'a.txt');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
