const EDGE_BACKENDS = ['gateway', 'messages', 'rooms', 'auth', 'media', 'web'] as const;
export type EdgeBackend = (typeof EDGE_BACKENDS)[number];

export interface EdgeServer {
  /** `host:port`. */
  readonly address: string;
  /** Where it answers `/readyz`, when that is another port. */
  readonly managementPort?: number;
}

/** The second file of haproxy's configuration, beside `deploy/edge/haproxy.cfg`: the servers of each backend. */
export function edgeServers(backends: Readonly<Record<EdgeBackend, readonly EdgeServer[]>>): string {
  const sections = EDGE_BACKENDS.map((name) => {
    const servers = backends[name].map(
      ({ address, managementPort }, index) => `  server ${name}-${index + 1} ${address}${managementPort ? ` port ${managementPort}` : ''}`,
    );
    return [`backend ${name}`, '  balance leastconn', ...servers].join('\n');
  });
  return `${sections.join('\n\n')}\n`;
}
