// Does what a newcomer does: `npm start` in this checkout, wait for the line that says ready, ask the server, stop it.
// Runs on the Node at hand, as the newcomer would; so it must parse on Node 20.

import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const READY_WITHIN_MS = 5 * 60_000;
const STOPPED_WITHIN_MS = 20_000;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

async function main() {
  const port = await freePort();
  const data = mkdtempSync(path.join(os.tmpdir(), 'parley-smoke-'));
  chmodSync(data, 0o755); // started as root, the database runs as another user
  const url = `http://127.0.0.1:${port}`;
  const started = Date.now();
  // A process group of its own, so that a failure leaves nothing behind.
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, PORT: String(port), PARLEY_DATA_DIR: path.join(data, 'parley') },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise((resolve) => npm.on('close', (code, signal) => resolve(signal ?? code)));
  try {
    await within(READY_WITHIN_MS, readyLine(npm), 'npm start was not ready');
    say(`ready after ${seconds(started)}`);
    expect((await fetch(`${url}/readyz`)).status === 200, '/readyz does not answer 200');
    const page = await fetch(`${url}/login`, { headers: { accept: 'text/html' } });
    expect(page.status === 200 && /<html/i.test(await page.text()), '/login is no page');
    const stopping = Date.now();
    npm.kill('SIGTERM');
    const code = await within(STOPPED_WITHIN_MS, ended, 'npm start did not stop');
    expect(code === 0, `npm start ended with ${code} after SIGTERM`);
    expect((await freePort(port)) === port, 'the port is still taken');
    say(`stopped with code 0 after ${seconds(stopping)}`);
  } finally {
    try {
      if (npm.pid) process.kill(-npm.pid, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Resolves with the line that contains "ready"; shows all lines meanwhile. */
function readyLine(child) {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        for (const line of lines) {
          console.log(`  ${line}`);
          if (/ready/.test(line)) resolve(line);
        }
      });
    }
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`npm start ended with ${code} before it was ready`)));
  });
}

function within(ms, promise, message) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`${message} within ${ms / 1000} s`)), ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function expect(isTrue, message) {
  if (!isTrue) throw new Error(message);
}

const say = (text) => console.log(`smoke: ${text}`);
const seconds = (started) => `${((Date.now() - started) / 1000).toFixed(1)} s`;

main().catch((error) => {
  console.error(`smoke: ${error.message}`);
  process.exitCode = 1;
});
