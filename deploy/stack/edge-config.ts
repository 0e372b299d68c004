import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const TEMPLATE = join(import.meta.dirname, '../edge/haproxy.cfg');

const EDGE_BACKENDS = ['gateway', 'messages', 'rooms', 'auth', 'web'] as const;
export type EdgeBackend = (typeof EDGE_BACKENDS)[number];

export interface EdgeServer {
  /** `host:port`. */
  readonly address: string;
  /** Where it answers `/readyz`, when that is another port. */
  readonly managementPort?: number;
}

/** Haproxy's configuration: `bind` as in its `bind` line, then the servers of each backend. */
export function edgeConfig(bind: string, backends: Readonly<Record<EdgeBackend, readonly EdgeServer[]>>): string {
  const lines = new Map<string, readonly string[]>([['BIND', [`bind ${bind}`]]]);
  for (const name of EDGE_BACKENDS) {
    const servers = backends[name].map(
      ({ address, managementPort }, index) => `server ${name}-${index + 1} ${address}${managementPort ? ` port ${managementPort}` : ''}`,
    );
    lines.set(name.toUpperCase(), servers);
  }
  return readFileSync(TEMPLATE, 'utf8').replace(/^( *)@([A-Z]+)@$/gm, (_, indent: string, name: string) =>
    lines
      .get(name)!
      .map((line) => indent + line)
      .join('\n'),
  );
}
