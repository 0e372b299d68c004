import { describe, expect, it } from 'vitest';
import type { Inline } from './document.js';
import { parseMarkdown } from './parse.js';
import { textOf } from './text-of.js';

const text = (words: string): Inline => ({ kind: 'text', text: words });
const link = (href: string, words = href): Inline => ({ kind: 'link', href, children: [text(words)] });

function line(source: string): readonly Inline[] {
  const [block, ...rest] = parseMarkdown(source);
  if (block?.kind !== 'paragraph' || rest.length > 0) throw new Error(`not one paragraph: ${JSON.stringify([block, ...rest])}`);
  return block.children;
}

describe('marks within a line', () => {
  it('reads bold, italic, strike, spoilers and code, also within each other', () => {
    expect(line('a **b _c_** ~~d~~ ||e|| `*f*`')).toEqual([
      text('a '),
      { kind: 'strong', children: [text('b '), { kind: 'emphasis', children: [text('c')] }] },
      text(' '),
      { kind: 'strike', children: [text('d')] },
      text(' '),
      { kind: 'spoiler', children: [text('e')] },
      text(' '),
      { kind: 'code', text: '*f*' },
    ]);
  });

  it('keeps lines, and leaves alone what only looks like a mark', () => {
    expect(line('one\ntwo')).toEqual([text('one'), { kind: 'break' }, text('two')]);
    for (const source of ['a || b || c', 'snake_case_name', '2 * 3 * 4', '# no heading', '~one~', '&amp; &lt;b&gt;', '<b onclick=x>']) {
      expect(line(source)).toEqual([text(source)]);
    }
    expect(line('\\*stars\\*')).toEqual([text('*stars*')]);
  });

  it('shows what is nothing but marks as it was written', () => {
    for (const source of ['-', '>', '> >', '||||', '**', '```', '``` ```', '1.', '- -', '_ _', '```\n```'])
      expect(textOf(parseMarkdown(source), { spoilers: 'show' }).replaceAll(/\s/gu, '')).toBe(source.replaceAll(/\s/gu, ''));
  });
});

describe('links', () => {
  it('reads addresses whole, and leaves the full stop and the bracket to the sentence', () => {
    expect(line('https://x.org/a_b_c*d*e. _f_')).toEqual([
      link('https://x.org/a_b_c*d*e'),
      text('. '),
      { kind: 'emphasis', children: [text('f')] },
    ]);
    expect(line('(see https://en.wikipedia.org/wiki/A_(b))')).toEqual([
      text('(see '),
      link('https://en.wikipedia.org/wiki/A_(b)'),
      text(')'),
    ]);
    expect(line('**https://a.example/**')).toEqual([{ kind: 'strong', children: [link('https://a.example/')] }]);
    expect(line('mailto:a@b.example')).toEqual([link('mailto:a@b.example')]);
  });

  it('follows http, https and mailto and nothing else', () => {
    expect(line('[x](https://a.example)')).toEqual([link('https://a.example/', 'x')]);
    for (const href of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      '//evil.example',
      '/logout',
    ])
      expect(line(`[x](${href})`)).toEqual([text(`[x](${href})`)]);
    expect(JSON.stringify(line('https://bank.example@evil.example'))).not.toContain('link');
    expect(line('https://a.example/\u202egpj.exe')).toEqual([link('https://a.example/'), text('\u202egpj.exe')]);
  });

  it('shows where a link leads when its words name another place', () => {
    expect(line('[https://bank.example](https://evil.example/x)')).toEqual([link('https://evil.example/x')]);
    expect(line('[bank.example](https://evil.example/)')).toEqual([link('https://evil.example/')]);
    expect(line('[www.a.example/b](https://a.example/b)')).toEqual([link('https://a.example/b', 'www.a.example/b')]);
  });

  it('fetches no picture: it becomes a link', () => {
    expect(line('![a cat](https://a.example/cat.png)')).toEqual([link('https://a.example/cat.png', 'a cat')]);
    expect(line('![](https://a.example/cat.png)')).toEqual([link('https://a.example/cat.png')]);
  });
});

describe('people and rooms', () => {
  it('finds them between marks, and not in code or words', () => {
    const bob: Inline = { kind: 'mention', text: '@Bob', names: ['bob'] };
    expect(line('**@Bob**')).toEqual([{ kind: 'strong', children: [bob] }]);
    expect(line('`@Bob` me@bob.example')).toEqual([{ kind: 'code', text: '@Bob' }, text(' me@bob.example')]);
    expect(line('@bob_smith: hi')[0]).toEqual({ kind: 'mention', text: '@bob_smith', names: ['bob_smith'] });
    // The full stop may belong to the name.
    expect(line('ask @bob.')).toEqual([text('ask '), { kind: 'mention', text: '@bob', names: ['bob.', 'bob'] }, text('.')]);
  });

  it('finds rooms by one word, or by several in brackets', () => {
    expect(line('in #general, or #[Off topic]')).toEqual([
      text('in '),
      { kind: 'room', text: '#general', name: 'general' },
      text(', or '),
      { kind: 'room', text: '#Off topic', name: 'Off topic' },
    ]);
    expect(line('a#b C# ##x https://a.example/#top')).toEqual([text('a#b C# ##x '), link('https://a.example/#top')]);
  });
});

describe('blocks', () => {
  it('reads quotes, lists and code', () => {
    expect(parseMarkdown('> a\n\n- b\n- c\n  1. d\n\n```TS\nx < y\n\n```\ne')).toEqual([
      { kind: 'quote', children: [{ kind: 'paragraph', children: [text('a')] }] },
      {
        kind: 'list',
        start: null,
        items: [
          [{ kind: 'paragraph', children: [text('b')] }],
          [
            { kind: 'paragraph', children: [text('c')] },
            { kind: 'list', start: 1, items: [[{ kind: 'paragraph', children: [text('d')] }]] },
          ],
        ],
      },
      { kind: 'code', language: 'ts', text: 'x < y\n' },
      { kind: 'paragraph', children: [text('e')] },
    ]);
    expect(parseMarkdown('7. a\n8. b')).toMatchObject([{ kind: 'list', start: 7 }]);
  });

  it('loses nothing of what is too deep', () => {
    for (const source of [`${'>'.repeat(50)}deep`, `${'- '.repeat(50)}deep`, `${'*_'.repeat(50)}deep${'_*'.repeat(50)}`])
      expect(textOf(parseMarkdown(source), { spoilers: 'show' })).toContain('deep');
  });
});
