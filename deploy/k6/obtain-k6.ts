import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists, makeWhole } from '../stack/local-server.ts';

const run = promisify(execFile);
const VERSION = '2.2.0';
/** go.mod and go.sum pin it and all that it is made of. */
const MODULE = join(import.meta.dirname, 'tool');
const PACKAGE = 'go.k6.io/k6/v2';
const BUILD_MS = 15 * 60_000;
const ADVICE = `install k6 ${VERSION} (https://grafana.com/docs/k6/latest/set-up/install-k6/), or Go 1.26 or newer, which builds it (https://go.dev/dl/)`;

/** The path of a k6 2: the one on the PATH, else built from source once. Rejects with one line that says what to install. */
export async function obtainK6(cacheDir: string, log: (line: string) => void): Promise<string> {
  const found = await run('k6', ['version']).catch(() => undefined);
  if (found && /^k6(?:\.exe)? v2\./.test(found.stdout)) return 'k6';
  const dir = join(cacheDir, `k6-${VERSION}`);
  const command = join(dir, 'k6');
  if (await exists(command)) return command;
  await run('go', ['version']).catch(() => {
    throw new Error(`k6 is missing: ${ADVICE}`);
  });
  log(`k6 ${VERSION}: building it from source, once; this takes a minute or two …`);
  await makeWhole(dir, async (target) => {
    for (const file of ['go.mod', 'go.sum']) await copyFile(join(MODULE, file), join(target, file));
    const env = { ...process.env, GOFLAGS: '-trimpath -buildvcs=false -mod=readonly', CGO_ENABLED: '0' };
    const options = { cwd: target, env, timeout: BUILD_MS, maxBuffer: 64 * 1024 * 1024 };
    await run('go', ['build', '-ldflags=-s -w', '-o', join(target, 'k6'), PACKAGE], options).catch(
      (error: { stderr?: string; message: string }) => {
        const reason = (error.stderr || error.message).trim().split('\n').at(-1);
        throw new Error(`k6 could not be built: ${ADVICE} (${reason})`);
      },
    );
  });
  return command;
}
