import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const FOLDER = path.join(import.meta.dirname, '../src/styles');

it('uses no variable that no style sheet sets', () => {
  const sheets = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.css'))
    .map((file) => readFileSync(path.join(FOLDER, file), 'utf8'))
    .join('\n');
  const set = new Set([...sheets.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
  const used = [...sheets.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name);
  expect(used.length).toBeGreaterThan(100);
  expect(used.filter((name) => !set.has(name))).toEqual([]);
});
