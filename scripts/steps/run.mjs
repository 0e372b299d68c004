import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** A step that failed; `output` is what it printed. */
export class StepFailure extends Error {
  constructor(message, output = '') {
    super(message);
    this.output = output;
  }
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
const children = new Set();
let isStopping = false;

/** Each command has a process group of its own, so that nothing that it started outlives it. */
const isGrouped = process.platform !== 'win32';

function kill(child, signal) {
  try {
    process.kill(isGrouped ? -child.pid : child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/**
 * Runs `work`; a signal meanwhile ends the commands that it started too, and only then this process: whoever waits for
 * the lock must not meet them. npm would go on installing for a long time, so patience ends after a second.
 */
export async function stoppable(work) {
  const stop = (signal) => {
    isStopping = true;
    for (const child of children) kill(child, signal);
    setTimeout(() => children.forEach((child) => kill(child, 'SIGKILL')), 1000);
    void Promise.all([...children].map((child) => child.closed)).then(() => process.exit(128 + os.constants.signals[signal]));
  };
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  try {
    return await work();
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, stop);
  }
}

/** Runs a command in the root of the repository and keeps its output back. */
export function run(command, args, { env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: isGrouped });
    children.add(child);
    child.closed = new Promise((closed) => child.once('close', closed));
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => (output += `${command}: ${error.message}\n`));
    child.on('close', (code) => {
      children.delete(child);
      if (!isStopping) resolve({ code: code ?? 1, output: output.trim() });
    });
  });
}

/** Runs a script with the Node that runs this one. */
export const runNode = (script, args = [], options = {}) => run(process.execPath, [script, ...args], options);

/** Runs a command and throws a StepFailure with its output if it fails. */
export async function mustRunNode(script, args = []) {
  const { code, output } = await runNode(script, args);
  if (code !== 0) throw new StepFailure(`${path.basename(script)} ended with ${code}`, output);
}

/** Runs Node in our place: it owns the terminal, gets our signals, and we resolve with its exit code. */
export function runInTerminal(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    for (const signal of STOP_SIGNALS) process.on(signal, forward);
    child.on('exit', (code, signal) => {
      for (const name of STOP_SIGNALS) process.off(name, forward);
      resolve(signal ? 128 + os.constants.signals[signal] : code);
    });
  });
}

export const say = (text) => console.log(`parley: ${text}`);

const seconds = (started) => `${((performance.now() - started) / 1000).toFixed(1)} s`;

/** Says what is being done, every ten seconds that it still is, and how long it took. */
export async function step(title, work) {
  const started = performance.now();
  say(`${title} …`);
  const reminder = setInterval(() => say(`still ${title.replace(/ \(.*\)$/, '')} (${seconds(started)})`), 10_000);
  try {
    const result = await work();
    say(`${title.replace(/ \(.*\)$/, '')}: done (${seconds(started)})`);
    return result;
  } finally {
    clearInterval(reminder);
  }
}

/** The end of every script: prints what failed, in plain words, and leaves with 1. */
export function exitWith(error) {
  if (!(error instanceof StepFailure)) throw error;
  if (error.output) console.error(error.output);
  console.error(`parley: ${error.message}`);
  process.exit(1);
}
