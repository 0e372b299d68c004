import { build, isBuilt } from './build.mjs';
import { install, isInstalled } from './install.mjs';
import { exclusively } from './lock.mjs';

/** Installs and builds what is missing, one process of this checkout at a time. Does nothing, quickly, when all is there. */
export async function prepare() {
  if (isInstalled() && isBuilt()) return;
  await exclusively(async () => {
    if (!isInstalled()) await install();
    if (!isBuilt()) await build();
  });
}

/** As `prepare`, but installs only. */
export async function prepareDependencies() {
  if (isInstalled()) return;
  await exclusively(async () => {
    if (!isInstalled()) await install();
  });
}
