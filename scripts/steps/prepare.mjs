import { build, forgetOldCompilation, isBuilt, isCompilationFresh } from './build.mjs';
import { install, isInstalled } from './install.mjs';
import { exclusively } from './lock.mjs';

/** Installs what is missing, one process of this checkout at a time. */
export async function prepareDependencies() {
  if (!isInstalled() || !isCompilationFresh()) await exclusively(bringDependencies);
}

/** Installs and builds what is missing, one process of this checkout at a time. Quick when all is there. */
export async function prepare() {
  if (isInstalled() && isCompilationFresh() && isBuilt()) return;
  await exclusively(async () => {
    await bringDependencies();
    if (!isBuilt()) await build();
  });
}

async function bringDependencies() {
  if (!isInstalled()) await install();
  forgetOldCompilation();
}
