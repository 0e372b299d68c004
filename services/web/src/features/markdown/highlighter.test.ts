import { expect, it } from 'vitest';
import { highlight, type CodePiece } from './highlighter.js';

const textOf = (pieces: readonly CodePiece[]): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : textOf(piece.children))).join('');

it('colours what it knows and changes no letter', async () => {
  const code = 'const a = "<b>";\n\tlet c;';
  const pieces = (await highlight('ts', code))!;
  expect(textOf(pieces)).toBe(code);
  expect(pieces[0]).toEqual({ className: 'hljs-keyword', children: ['const'] });
});

it('leaves alone what it does not know', async () => expect(await highlight('brainfog', 'x')).toBeUndefined());
