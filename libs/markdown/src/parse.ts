import MarkdownIt, { type ParserBlock, type Token } from 'markdown-it';
import { isMisleading, safeHref } from './addresses.js';
import { DEPTH_MAX, type Block, type Inline, type MarkdownDocument } from './document.js';
import { segment, spoilerMarks, spoilers, text } from './inline-rules.js';
import { plainDocument } from './plain-document.js';
import { hasWords, inlineText } from './text-of.js';

type BlockRule = Parameters<ParserBlock['ruler']['push']>[1];

const parser = makeParser();
const WRAPPERS = { strong: 'strong', em: 'emphasis', s: 'strike', spoiler: 'spoiler' } as const;
const LANGUAGE = /^[A-Za-z0-9+#_.-]{0,24}$/u;
const SHOW = { spoilers: 'show' } as const;

/**
 * Reads the text of a message. Takes time in proportion to its length, whatever is in it, and loses nothing: what is no
 * mark, or a mark around nothing, stands there as it was written.
 */
export function parseMarkdown(source: string): MarkdownDocument {
  const reader = new TokenReader(parser.parse(source, {}));
  const document = reader.blocks();
  return hasWords(document) ? document : plainDocument(source);
}

function makeParser(): InstanceType<typeof MarkdownIt> {
  const made = new MarkdownIt('zero', { html: false, maxNesting: 2 * DEPTH_MAX + 4 });
  // The parser would drop what is deeper than it goes; quotes and lists that stop one earlier leave it as text.
  for (const name of ['blockquote', 'list']) {
    made.block.ruler.enableOnly([name]);
    const [rule] = made.block.ruler.getRules('');
    const bounded: BlockRule = (state, ...rest) => state.level < DEPTH_MAX && rule!(state, ...rest);
    made.block.ruler.at(name, bounded, { alt: ['paragraph', 'reference', 'blockquote', ...(name === 'list' ? [] : ['list'])] });
  }
  made.block.ruler.enableOnly(['fence', 'blockquote', 'list', 'paragraph']);
  made.enable(['newline', 'escape', 'backticks', 'strikethrough', 'emphasis', 'link', 'image', 'autolink']);
  made.inline.ruler.at('text', text);
  made.inline.ruler.before('escape', 'segment', segment);
  made.inline.ruler.before('emphasis', 'spoiler', spoilerMarks);
  made.inline.ruler2.after('balance_pairs', 'spoiler', spoilers);
  made.inline.ruler2.enable(['balance_pairs', 'strikethrough', 'emphasis', 'fragments_join']);
  made.validateLink = (href) => safeHref(href) !== undefined;
  return made;
}

/** Makes the tree of the parser's list. */
class TokenReader {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  /** Up to the end of what surrounds them. */
  blocks(): Block[] {
    const blocks: Block[] = [];
    while (this.at < this.tokens.length) {
      const token = this.tokens[this.at]!;
      this.at += 1;
      switch (token.type) {
        case 'blockquote_open':
          blocks.push({ kind: 'quote', children: this.blocks() });
          break;
        case 'bullet_list_open':
        case 'ordered_list_open':
          blocks.push({ kind: 'list', start: startOf(token), items: this.items() });
          break;
        case 'fence':
          blocks.push(codeOf(token));
          break;
        case 'inline':
          blocks.push({ kind: 'paragraph', children: inlinesOf(token.children ?? []) });
          break;
        case 'paragraph_open':
        case 'paragraph_close':
          break;
        default:
          return blocks;
      }
    }
    return blocks;
  }

  private items(): Block[][] {
    const items: Block[][] = [];
    while (this.tokens[this.at]?.type === 'list_item_open') {
      this.at += 1;
      items.push(this.blocks());
    }
    this.at += 1;
    return items;
  }
}

const startOf = (token: Token): number | null => (token.type === 'ordered_list_open' ? Number(token.attrGet('start') ?? 1) : null);

/** What stands behind the fence and is not the name of a language belongs to the code. */
function codeOf({ info, content }: Token): Block {
  const code = content.endsWith('\n') ? content.slice(0, -1) : content;
  const language = info.trim();
  return LANGUAGE.test(language)
    ? { kind: 'code', language: language.toLowerCase(), text: code }
    : { kind: 'code', language: '', text: `${language}\n${code}` };
}

interface Open {
  readonly make: (children: readonly Inline[]) => readonly Inline[];
  readonly children: Inline[];
}

function inlinesOf(tokens: readonly Token[]): Inline[] {
  const root: Open = { make: (children) => children, children: [] };
  const stack = [root];
  // Too deep: the words stay, without this mark.
  let ignored = 0;
  for (const token of tokens) {
    const top = stack.at(-1)!;
    if (token.nesting === 1) {
      if (stack.length > DEPTH_MAX) ignored += 1;
      else stack.push({ make: makerOf(token), children: [] });
    } else if (token.nesting === -1) {
      if (ignored > 0) ignored -= 1;
      else if (stack.length > 1) {
        stack.pop();
        for (const made of top.make(top.children)) push(stack.at(-1)!.children, made);
      }
    } else for (const made of inlineOf(token)) push(top.children, made);
  }
  return root.children;
}

function makerOf(token: Token): Open['make'] {
  if (token.type === 'link_open') return (children) => linkOf(String(token.attrGet('href')), children);
  const kind = WRAPPERS[token.type.replace('_open', '') as keyof typeof WRAPPERS];
  return (children) => (children.length === 0 ? [] : [{ kind, children }]);
}

/** Words that name another place than the one they lead to give way to the address. */
function linkOf(href: string, children: readonly Inline[]): readonly Inline[] {
  const target = safeHref(href);
  if (target === undefined) return children;
  const words = inlineText(children, SHOW);
  const isHonest = words.trim() !== '' && !isMisleading(words, target);
  return [{ kind: 'link', href: target, children: isHonest ? children : [{ kind: 'text', text: target }] }];
}

function inlineOf(token: Token): readonly Inline[] {
  switch (token.type) {
    case 'softbreak':
    case 'hardbreak':
      return [{ kind: 'break' }];
    case 'code_inline':
      return [{ kind: 'code', text: token.content }];
    case 'segment':
      return [token.meta!['node'] as Inline];
    case 'image':
      // Nothing is fetched because somebody wrote an address: a picture from elsewhere is a link.
      return linkOf(String(token.attrGet('src')), inlinesOf(token.children ?? []));
    default:
      return [{ kind: 'text', text: token.content }];
  }
}

function push(inlines: Inline[], inline: Inline): void {
  const last = inlines.at(-1);
  if (inline.kind === 'text' && inline.text === '') return;
  if (inline.kind !== 'text' || last?.kind !== 'text') inlines.push(inline);
  else inlines[inlines.length - 1] = { kind: 'text', text: last.text + inline.text };
}
