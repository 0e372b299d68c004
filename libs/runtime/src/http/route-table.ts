interface Layer {
  readonly route?: { readonly path: string | string[]; readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** Methods that a path is served with, for the answer to any other one. Empty: there is nothing at that path. */
export function methodsAt(application: unknown, path: string): string[] {
  const { stack } = (application as { router: { stack: Layer[] } }).router;
  const methods = new Set<string>();
  for (const layer of stack) {
    if (!layer.route || isCatchAll(layer.route.path) || !matches(layer, path)) continue;
    for (const method of Object.keys(layer.route.methods)) if (method !== '_all') methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

const isCatchAll = (path: string | string[]): boolean => [path].flat().some((part) => part.includes('*'));

function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false; // an undecodable parameter
  }
}
