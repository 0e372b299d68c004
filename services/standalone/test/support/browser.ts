import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
/** No updates, no reports, no first-run pages: nothing leaves this machine. */
const QUIET = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/**
 * A real Chromium without display: `$CHROMIUM_PATH`, the one that the system has, or the one that an npm package
 * brings along, which needs neither root nor a download.
 */
export async function launchBrowser(): Promise<Browser> {
  const installed = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-headless-shell', '/usr/bin/google-chrome'];
  const found = installed.find((file) => file !== undefined && existsSync(file));
  if (found !== undefined) return chromium.launch({ executablePath: found, args: QUIET });
  const folder = await unpackedChromium();
  return chromium.launch({
    executablePath: path.join(folder, 'chrome'),
    args: QUIET,
    // The package's own libraries, because NSS is not on every machine; and fonts, without which Chromium dies.
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [path.join(folder, 'al2023/lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
      FONTCONFIG_FILE: path.join(folder, 'fonts.conf'),
    },
  });
}

/** Unpacks once per version: some 3 s and 210 MB. Several processes may do it at the same time; the first one wins. */
async function unpackedChromium(): Promise<string> {
  const packed = path.dirname(path.dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')));
  const { version } = JSON.parse(readFileSync(path.join(packed, 'package.json'), 'utf8')) as { version: string };
  const folder = path.join(ROOT, '.cache', `chromium-${version}`);
  if (existsSync(path.join(folder, 'fonts.conf'))) return folder;
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  const source = (name: string) => createReadStream(path.join(packed, 'bin', name)).pipe(createBrotliDecompress());
  await pipeline(source('chromium.br'), createWriteStream(path.join(making, 'chrome'), { mode: 0o755 }));
  for (const [name, target] of [
    ['al2023', 'al2023'],
    ['fonts', 'fonts'],
    ['swiftshader', '.'],
  ] as const)
    await untar(source(`${name}.tar.br`), path.join(making, target));
  writeFileSync(
    path.join(making, 'fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${folder}/fonts/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/fc</cachedir></fontconfig>`,
  );
  try {
    renameSync(making, folder);
  } catch {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

/** From a file, not a pipe: tar stops reading at the end of the archive, and the padding behind it would meet a closed pipe. */
async function untar(archive: NodeJS.ReadableStream, target: string): Promise<void> {
  const file = `${target}.tar`;
  mkdirSync(target, { recursive: true });
  await pipeline(archive, createWriteStream(file));
  await new Promise<void>((resolve, reject) => {
    const tar = spawn('tar', ['-x', '-f', file, '-C', target], { stdio: ['ignore', 'ignore', 'inherit'] });
    tar.once('error', reject);
    tar.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tar ended with ${code}`))));
  });
  rmSync(file);
}
