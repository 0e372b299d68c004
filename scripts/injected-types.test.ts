import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const script = join(import.meta.dirname, 'injected-types.mjs');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-injected-'));
  mkdirSync(join(folder, 'libs/a/src'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function faultsIn(source: string): string[] {
  writeFileSync(join(folder, 'libs/a/src/a.ts'), source);
  const { status, stderr } = spawnSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' });
  const faults = stderr.split('\n').filter((line) => line !== '');
  expect(status).toBe(faults.length === 0 ? 0 : 1);
  return faults;
}

it('finds what is injected by a type that the compiler erases', () => {
  const source = `import type { One } from './one.js';
import { type Two, Three } from './two.js';
@Injectable()
export class A { constructor(private readonly one: One, two: Two, three: Three) {} }`;
  expect(faultsIn(source)).toEqual([
    'libs/a/src/a.ts:4:30 One is injected: import it as a value',
    'libs/a/src/a.ts:4:57 Two is injected: import it as a value',
  ]);
});

it('leaves alone what is injected by a token, and classes that Nest does not make', () => {
  const source = `import type { One } from './one.js';
@Injectable()
export class A { constructor(@Inject(ONE) private readonly one: One) {} }
export class B { constructor(private readonly one: One) {} }`;
  expect(faultsIn(source)).toEqual([]);
});
