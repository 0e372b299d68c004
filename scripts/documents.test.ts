import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..');
const IGNORED = ['**/node_modules/**', '**/dist/**', '**/dist-types/**', '.cache/**', '.parley*/**'];
const SOURCES = [
  '*.{json,yml,ts}',
  '.env.example',
  '{bench,deploy,k8s,libs,scripts,services}/**/*.{cfg,json,mjs,ts,tsx,yaml,yml}',
  'deploy/Dockerfile',
];
/** What a document may call a folder or file of this repository by. */
const PLACES = /^(?:\.\/)?(?:bench|deploy|docs|k8s|libs|scripts|services)\//;

const list = (pattern: string | string[]) => globSync(pattern, { cwd: ROOT, exclude: IGNORED }).map((file) => file.replaceAll('\\', '/'));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const documents = list(['*.md', 'docs/**/*.md', 'bench/*.md', '{libs,services}/*/README.md']).map((file) => ({ file, text: read(file) }));
const sources = list(SOURCES).map(read).join('\n');

/** Every match in every document that `isThere` denies, as `file: match`. */
function missing(pattern: RegExp, isThere: (match: RegExpMatchArray, file: string) => boolean, among = documents): string[] {
  const found = among.flatMap(({ file, text }) => [...text.matchAll(pattern)].map((match) => ({ file, match })));
  expect(found.length).toBeGreaterThan(0);
  return found.filter(({ file, match }) => !isThere(match, file)).map(({ file, match }) => `${file}: ${match[0]}`);
}

/** The anchor that a heading has, as GitHub makes it. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** A path with wildcards (`*`, `<name>`, `{a,b}`, `…`) names at least one thing. What is built stands for what it is built from. */
function isThere(path: string): boolean {
  const source = path.replace(/\/dist\//, '/src/').replace(/^services\/web\/src\/server\//, 'services/web/server/');
  for (const candidate of [path, source.replace(/\.js$/, '.ts')]) {
    const pattern = candidate.replace(/<[^>]+>|…/g, '*').replace(/[/.]+$/, '');
    if (/[*{]/.test(pattern) ? list(pattern).length > 0 : existsSync(join(ROOT, pattern))) return true;
  }
  return false;
}

describe('the documents', () => {
  it('name scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(missing(/npm (?:run (?!-)([\w:]+)|(?:start|test)\b)/g, ([, script]) => script === undefined || script in scripts)).toEqual([]);
  });

  it('name benchmarks and scenarios that there are', () => {
    const benchmarks = list('bench/*.ts').map((file) => file.slice('bench/'.length, -'.ts'.length));
    const scenarios = [
      ...list('deploy/k6/scenarios/*.ts').map((file) => file.slice('deploy/k6/scenarios/'.length, -'.ts'.length)),
      'SCENARIO',
    ];
    expect(missing(/npm run bench -- ([a-z][\w-]*)/g, ([, name]) => benchmarks.includes(name!))).toEqual([]);
    expect(missing(/npm run k6 -- ([\w-]+)/g, ([, name]) => scenarios.includes(name!))).toEqual([]);
  });

  it('lead to files and headings that there are', () => {
    const isRight = ([, path, anchor]: RegExpMatchArray, file: string) => {
      const target = path ? normalize(join(dirname(file), path)) : file;
      if (!existsSync(join(ROOT, target))) return false;
      return anchor === undefined || !target.endsWith('.md') || anchorsOf(read(target)).includes(anchor);
    };
    const withoutCode = documents.map(({ file, text }) => ({ file, text: text.replace(/^```.*?^```|`[^`\n]+`/gms, '') }));
    expect(missing(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g, isRight, withoutCode)).toEqual([]);
  });

  it('name files and folders that there are', () => {
    const lost = missing(/`([^`\n]+)`/g, ([, code]) =>
      code!.split(/[\s,;:]+/).every((word) => {
        const path = word.replace(/^\.\//, '').replace(/[)(]/g, '').replace(/:\d+$/, '');
        return !PLACES.test(path) || isThere(path);
      }),
    );
    expect(lost).toEqual([]);
  });

  it('name files in commands that there are', () => {
    const blocks = documents.flatMap(({ file, text }) =>
      [...text.matchAll(/^```\w*\n(.*?)^```/gms)].map(([, code]) => ({ file, code: code! })),
    );
    const words = blocks.flatMap(({ file, code }) => code.split(/[\s=]+/).map((word) => ({ file, word: word.replace(/[;,:]$/, '') })));
    expect(words.filter(({ word }) => PLACES.test(word) && !isThere(word))).toEqual([]);
    for (const { file, word } of words.filter(({ word }) => word.startsWith('k8s/overlays/')))
      expect(existsSync(join(ROOT, word, 'kustomization.yaml')), `${file}: ${word}`).toBe(true);
  });

  it('name services and profiles of Docker Compose that there are', () => {
    const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, { profiles?: string[] }> };
    const profiles = new Set(Object.values(services).flatMap((service) => service.profiles ?? []));
    const isService = ([, , names]: RegExpMatchArray) =>
      names!
        .trim()
        .split(' ')
        .every((name) => name in services);
    expect(missing(/docker compose (stop|start|restart|logs)((?: [a-z][a-z\d-]*)+)/g, isService)).toEqual([]);
    expect(missing(/docker compose (run --rm|exec)(?: -e \S+)*( [a-z][a-z\d-]*)/g, isService)).toEqual([]);
    expect(missing(/--profile (\w+)/g, ([, profile]) => profiles.has(profile!))).toEqual([]);
  });

  it('name variables that something reads', () => {
    const known = new Set(
      [...`${sources}\n${read('docs/configuration.md')}`.matchAll(/\b(?:PARLEY|OTEL)_[A-Z0-9_]+/g)].map(([name]) => name),
    );
    const isKnown = (name: string) => known.has(name) || known.has(name.replace(/_FILE$/, ''));
    const lost = missing(/\b(PARLEY_[A-Z0-9_]+)(\*|…|<\w+>)?/g, ([, name, wildcard]) =>
      wildcard ? [...known].some((each) => each.startsWith(name!)) : isKnown(name!),
    );
    expect(lost).toEqual([]);
  });
});
