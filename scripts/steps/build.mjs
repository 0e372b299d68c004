import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, runNode, step, StepFailure } from './run.mjs';

export const TSC = 'node_modules/typescript7/bin/tsc';
export const VITE = 'node_modules/vite/bin/vite.js';
export const WEB = 'services/web';

const STAMP = path.join(root, '.cache/built');
const COMPILED_AGAINST = path.join(root, '.cache/compiled-against');
/** Folders that hold no source, or source that is no part of the product. */
const NO_INPUT = new Set(['node_modules', 'dist', 'dist-types', 'test', 'coverage']);

/** Everything that the built product depends on, as one hash. Reads some hundred files in a few ms. */
function fingerprint() {
  const files = globSync(['{libs,services}/*/**', 'tsconfig*.json', 'package-lock.json'], {
    cwd: root,
    withFileTypes: true,
    exclude: (entry) => NO_INPUT.has(entry.name),
  });
  const paths = files
    .filter((entry) => entry.isFile() && !/[.](test[.]tsx?|md)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of paths.sort()) hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Where each package leaves the note that it is compiled. */
function compilationNotes() {
  const { references } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8'));
  return references.map(({ path: reference }) => {
    const config = path.join(root, reference.endsWith('.json') ? reference : `${reference}/tsconfig.json`);
    return path.join(path.dirname(config), JSON.parse(readFileSync(config, 'utf8')).compilerOptions.tsBuildInfoFile);
  });
}

export function isBuilt() {
  const outputs = [STAMP, path.join(root, WEB, 'dist/client/index.html'), ...compilationNotes()];
  if (!outputs.every((file) => existsSync(file))) return false;
  return readFileSync(STAMP, 'utf8') === fingerprint();
}

const dependencies = () =>
  createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');

/** Were the compiled packages compiled against these dependencies? The compiler itself does not notice. */
export const isCompilationFresh = () => existsSync(COMPILED_AGAINST) && readFileSync(COMPILED_AGAINST, 'utf8') === dependencies();

/** Makes the compiler start anew after the dependencies changed. */
export function forgetOldCompilation() {
  if (isCompilationFresh()) return;
  for (const note of compilationNotes()) rmSync(note, { force: true });
  mkdirSync(path.dirname(COMPILED_AGAINST), { recursive: true });
  writeFileSync(COMPILED_AGAINST, dependencies());
}

/** Compiles all packages and bundles the client; what is already compiled costs a tenth of a second. */
export async function build() {
  await step('building', async () => {
    rmSync(STAMP, { force: true });
    const built = fingerprint();
    // Whoever builds within a test run would get the development version of React otherwise, and keep it.
    const env = { ...process.env, NODE_ENV: 'production' };
    const results = await Promise.all([runNode(TSC, ['-b']), runNode(VITE, ['build', WEB, '--logLevel', 'warn'], { env })]);
    const failed = results.filter(({ code }) => code !== 0);
    if (failed.length > 0) throw new StepFailure('the build failed', failed.map(({ output }) => output).join('\n'));
    writeFileSync(STAMP, built);
  });
}
