import { ERROR_CODES } from '@parley/contracts';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { compileMessage } from '../text-catalogues.ts';
import type { CompiledToken } from '../src/texts/format-message.ts';
import { LANGUAGES } from '../src/texts/languages.ts';

const SOURCE = path.join(import.meta.dirname, '../src');
const sources = globSync('**/*.{ts,tsx}', { cwd: SOURCE, exclude: (file) => file.endsWith('.d.ts') || file.includes('.test.') }).map(
  (file) => [file, readFileSync(path.join(SOURCE, file), 'utf8')] as const,
);
/** Not words: the name of the product, and signs. */
const NO_WORDS = /Parley|[^\p{L}]/gu;
const SPOKEN_ATTRIBUTES = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'title',
  'placeholder',
  'alt',
  'label',
]);

const textsIn = (language: string): Map<string, string> =>
  new Map(
    globSync(`texts/${language}/*.json`, { cwd: SOURCE }).flatMap((file) => {
      const texts = JSON.parse(readFileSync(path.join(SOURCE, file), 'utf8')) as Record<string, string>;
      return Object.entries(texts).map(([name, text]) => [`${path.basename(file, '.json')}.${name}`, text] as const);
    }),
  );

/** What a message wants to be given, with what it does with it. */
function slotsOf(text: string): string[] {
  const slots = new Set<string>();
  const visit = (tokens: readonly CompiledToken[]): void => {
    for (const token of tokens) {
      if (typeof token === 'string' || token === 0) continue;
      if (token[1] === undefined) slots.add(token[0]);
      else if (token[1] === 'tag') {
        slots.add(`<${token[0]}>`);
        visit(token[2]);
      } else {
        slots.add(`${token[0]}, ${token[1]}`);
        for (const inner of Object.values(token[2])) visit(inner);
      }
    }
  };
  const message = compileMessage(text);
  if (typeof message !== 'string') visit(message);
  // `{count}` beside `{count, plural, …}` is the same value.
  return [...slots].filter((slot) => ![...slots].some((other) => other.startsWith(`${slot}, `))).sort();
}

interface Node {
  readonly type: string;
  readonly [property: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see);
  else if (isNode(value)) {
    see(value);
    for (const child of Object.values(value)) visit(child, see);
  }
}

const nodesIn = (source: string): Node[] => {
  const nodes: Node[] = [];
  visit(parseSync('source.tsx', source).program, (node) => nodes.push(node));
  return nodes;
};
const stringOf = (node: unknown): string | undefined => (isNode(node) && typeof node['value'] === 'string' ? node['value'] : undefined);
const hasWords = (text: string): boolean => text.replace(NO_WORDS, '') !== '';

/** Text that stands in an element or in one of its spoken attributes. */
function bareTextsIn(source: string): string[] {
  const literalsOf = (value: unknown): string[] => {
    if (!isNode(value)) return [];
    if (value.type === 'JSXExpressionContainer') return literalsOf(value['expression']);
    if (value.type === 'ConditionalExpression') return [...literalsOf(value['consequent']), ...literalsOf(value['alternate'])];
    if (value.type === 'LogicalExpression') return literalsOf(value['right']);
    if (value.type === 'TemplateLiteral')
      return [(value['quasis'] as { value: { cooked: string } }[]).map((quasi) => quasi.value.cooked).join(' ')];
    return value.type === 'Literal' || value.type === 'JSXText' ? [stringOf(value) ?? ''] : [];
  };
  return nodesIn(source)
    .flatMap((node) => {
      if (node.type === 'JSXElement' || node.type === 'JSXFragment') return (node['children'] as unknown[]).flatMap(literalsOf);
      if (node.type !== 'JSXAttribute') return [];
      return SPOKEN_ATTRIBUTES.has(String((node['name'] as Node)['name'])) ? literalsOf(node['value']) : [];
    })
    .filter(hasWords);
}

describe('texts', () => {
  const english = textsIn('en');

  it.each(Object.keys(LANGUAGES))('are all there in %s, and say the same things', (language) => {
    const texts = textsIn(language);
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
    const slots = (all: Map<string, string>) => Object.fromEntries([...all].map(([key, text]) => [key, slotsOf(text)]));
    expect(slots(texts)).toEqual(slots(english));
    expect([...texts].filter(([, text]) => text.trim() !== text || text === '')).toEqual([]);
  });

  it.each(Object.keys(LANGUAGES))('have all forms of the plural in %s', (language) => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [key, text] of textsIn(language))
      for (const [cases] of text.matchAll(/, plural,[^]*$/g))
        expect(
          pluralCategories.filter((form) => !cases.includes(`${form} {`)),
          key,
        ).toEqual([]);
  });

  it('are all used, and errors of the contract have one each', () => {
    const written = new Set(sources.flatMap(([, source]) => nodesIn(source).map(stringOf)));
    const expected = new Set(ERROR_CODES.map((code) => `error.${code}`));
    expect([...english.keys()].filter((key) => !written.has(key) && !expected.has(key))).toEqual([]);
    expect([...expected].filter((key) => !english.has(key))).toEqual([]);
  });

  it('get what they want to be given', () => {
    for (const [file, source] of sources)
      for (const node of nodesIn(source)) {
        if (node.type !== 'CallExpression' || (node['callee'] as Node)['name'] !== 't') continue;
        const [key, values] = node['arguments'] as Node[];
        const text = english.get(stringOf(key) ?? '');
        if (text === undefined || (values !== undefined && values.type !== 'ObjectExpression')) continue;
        const given = ((values?.['properties'] ?? []) as Node[]).map((property) => String((property['key'] as Node)['name']));
        expect(given.sort(), `${file} ${stringOf(key)}`).toEqual(slotsOf(text).map((slot) => slot.split(',', 1)[0]));
      }
  });

  it.each(sources.filter(([file]) => file.startsWith('features/')))('stand in the catalogues, not in %s', (_file, source) => {
    expect(bareTextsIn(source)).toEqual([]);
  });
});
