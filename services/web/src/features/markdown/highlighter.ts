import type { LanguageFn } from 'highlight.js';
import { createLowlight } from 'lowlight';

/** Text, or a part of it that has a colour. */
export type CodePiece = string | { readonly className: string; readonly children: readonly CodePiece[] };

type Load = () => Promise<{ readonly default: LanguageFn }>;

/** Each in a file of its own, by the names that people write behind the fence. */
const LANGUAGES: readonly (readonly [names: string, load: Load])[] = [
  ['bash sh shell zsh', () => import('highlight.js/lib/languages/bash')],
  ['c h', () => import('highlight.js/lib/languages/c')],
  ['cpp c++ cc hpp', () => import('highlight.js/lib/languages/cpp')],
  ['csharp cs c#', () => import('highlight.js/lib/languages/csharp')],
  ['css', () => import('highlight.js/lib/languages/css')],
  ['diff patch', () => import('highlight.js/lib/languages/diff')],
  ['dockerfile docker', () => import('highlight.js/lib/languages/dockerfile')],
  ['go golang', () => import('highlight.js/lib/languages/go')],
  ['html xml svg', () => import('highlight.js/lib/languages/xml')],
  ['ini toml', () => import('highlight.js/lib/languages/ini')],
  ['java', () => import('highlight.js/lib/languages/java')],
  ['javascript js jsx mjs', () => import('highlight.js/lib/languages/javascript')],
  ['json', () => import('highlight.js/lib/languages/json')],
  ['kotlin kt', () => import('highlight.js/lib/languages/kotlin')],
  ['lua', () => import('highlight.js/lib/languages/lua')],
  ['markdown md', () => import('highlight.js/lib/languages/markdown')],
  ['php', () => import('highlight.js/lib/languages/php')],
  ['python py', () => import('highlight.js/lib/languages/python')],
  ['ruby rb', () => import('highlight.js/lib/languages/ruby')],
  ['rust rs', () => import('highlight.js/lib/languages/rust')],
  ['sql', () => import('highlight.js/lib/languages/sql')],
  ['swift', () => import('highlight.js/lib/languages/swift')],
  ['typescript ts tsx', () => import('highlight.js/lib/languages/typescript')],
  ['yaml yml', () => import('highlight.js/lib/languages/yaml')],
];

const lowlight = createLowlight();
const loads = new Map(LANGUAGES.flatMap(([names, load]) => names.split(' ').map((name) => [name, load])));

/** Undefined for languages that nobody here knows. Waits until the browser is idle. */
export async function highlight(language: string, text: string): Promise<readonly CodePiece[] | undefined> {
  const load = loads.get(language);
  if (!load) return undefined;
  if (!lowlight.registered(language)) lowlight.register(language, (await load()).default);
  await idle();
  return piecesOf(lowlight.highlight(language, text).children);
}

type Node = ReturnType<typeof lowlight.highlight>['children'][number];

function piecesOf(nodes: readonly Node[]): CodePiece[] {
  return nodes.flatMap((node): CodePiece[] => {
    if (node.type === 'text') return [node.value];
    if (node.type !== 'element') return [];
    const names = node.properties['className'];
    return [{ className: Array.isArray(names) ? names.join(' ') : '', children: piecesOf(node.children) }];
  });
}

const idle = () =>
  new Promise<void>((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 1_000 });
    else setTimeout(resolve, 0);
  });
