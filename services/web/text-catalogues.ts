import { parse, type Token } from '@messageformat/parser';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import type { Catalogue, CompiledMessage, CompiledToken } from './src/texts/format-message.ts';

const NAME = 'virtual:texts/';
const FOLDER = path.join(import.meta.dirname, 'src/texts');
const TAG = /<(\/?)([a-z]+)>/;

/**
 * Gives the client `virtual:texts/<language>`: all messages of a language, read from `src/texts/<language>/*.json` and
 * taken apart here, so that no parser of messages comes to the browser. The key is `<file>.<name>`.
 */
export function textCatalogues(): Plugin {
  return {
    name: 'parley-text-catalogues',
    resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${NAME}`)) return undefined;
      const folder = path.join(FOLDER, id.slice(NAME.length + 1));
      const files = readdirSync(folder);
      for (const file of files) this.addWatchFile(path.join(folder, file));
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(compileCatalogue(folder, files)))});`;
    },
  };
}

function compileCatalogue(folder: string, files: readonly string[]): Catalogue {
  return Object.fromEntries(
    files.flatMap((file) => {
      const texts = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, string>;
      return Object.entries(texts).map(([name, text]) => [`${path.basename(file, '.json')}.${name}`, compileMessage(text)]);
    }),
  );
}

/** @throws when it is no ICU message, or says something that the client cannot */
export function compileMessage(text: string): CompiledMessage {
  const tokens = withTags(parse(text, { strict: true }).flatMap(compileToken));
  return tokens.every((token) => typeof token === 'string') ? tokens.join('') : tokens;
}

function compileToken(token: Token): (CompiledToken | Mark)[] {
  switch (token.type) {
    case 'content':
      return marksIn(token.value);
    case 'argument':
      return [[token.arg]];
    case 'octothorpe':
      return [0];
    case 'plural':
    case 'select':
      return [
        [token.arg, token.type, Object.fromEntries(token.cases.map(({ key, tokens }) => [key, withTags(tokens.flatMap(compileToken))]))],
      ];
    default:
      throw new Error(`{${token.arg}, ${token.type}} is not supported in texts`);
  }
}

/** `<name>` and `</name>`, before they are paired. */
interface Mark {
  readonly tag: string;
  readonly isEnd: boolean;
}

function marksIn(text: string): (string | Mark)[] {
  const found = TAG.exec(text);
  if (!found) return text === '' ? [] : [text];
  const [whole, end, tag] = found;
  const before = text.slice(0, found.index);
  return [...(before === '' ? [] : [before]), { tag: tag!, isEnd: end === '/' }, ...marksIn(text.slice(found.index + whole.length))];
}

function withTags(tokens: readonly (CompiledToken | Mark)[]): CompiledToken[] {
  const open: { tag: string; tokens: CompiledToken[] }[] = [{ tag: '', tokens: [] }];
  for (const token of tokens) {
    if (typeof token !== 'object' || !('tag' in token)) open.at(-1)!.tokens.push(token);
    else if (!token.isEnd) open.push({ tag: token.tag, tokens: [] });
    else {
      const closed = open.pop()!;
      if (closed.tag !== token.tag) throw new Error(`</${token.tag}> closes nothing`);
      open.at(-1)!.tokens.push([closed.tag, 'tag', closed.tokens]);
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)!.tag}> is not closed`);
  return open[0]!.tokens;
}
