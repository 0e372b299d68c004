import type { Plugin } from 'vite';

const WRITERS = /node_modules\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/;
const EXPORTS = /^export (?:const|function) (\w+)|^export \{ \w+ as (\w+) \};$/gm;

/**
 * Leaves out the part of zod that writes JSON Schema: every schema refers to it, so no bundler finds it unused, and it is
 * a quarter of zod. The page only checks what arrives.
 */
export function withoutJsonSchema(): Plugin {
  return {
    name: 'parley-without-json-schema',
    apply: 'build',
    transform: {
      filter: { id: WRITERS },
      handler: (code) => {
        const names = [...code.matchAll(EXPORTS)].map(([, declared, renamed]) => (declared ?? renamed)!);
        return { code: names.map((name) => `const _${name} = undefined; export { _${name} as ${name} };`).join('\n'), map: null };
      },
    },
  };
}
