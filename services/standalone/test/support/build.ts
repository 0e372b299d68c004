import path from 'node:path';

let built: Promise<void> | undefined;

/** Builds what is not built, as `npm start` does: once for all starts of this process, so that all run the same build. */
export function buildProduct(): Promise<void> {
  return (built ??= build());
}

async function build(): Promise<void> {
  const steps = path.resolve(import.meta.dirname, '../../../../scripts/steps/prepare.mjs');
  const { prepare } = (await import(steps)) as { prepare: () => Promise<void> };
  await prepare();
}
