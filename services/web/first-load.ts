import type { Rolldown } from 'vite';

/** What a page fetches before anything else, by name: scripts that begin with it and all that they import at once. */
export function firstScripts(bundle: Rolldown.OutputBundle): ReadonlySet<string> {
  const names = new Set(Object.values(bundle).flatMap((file) => (file.type === 'chunk' && file.isEntry ? [file.fileName] : [])));
  // A set hands out what is added on the way.
  for (const name of names) {
    const file = bundle[name];
    if (file?.type === 'chunk') for (const imported of file.imports) names.add(imported);
  }
  return names;
}
