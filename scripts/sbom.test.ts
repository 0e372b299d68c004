import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Bom {
  readonly bomFormat: string;
  readonly components: readonly { readonly group?: string; readonly name: string; readonly version: string; readonly purl: string }[];
}

describe('npm run sbom', () => {
  it('lists what runs in production, and nothing else', () => {
    const bom = JSON.parse(execFileSync(process.execPath, [join(import.meta.dirname, 'sbom.mjs')], { encoding: 'utf8' })) as Bom;
    expect(bom.bomFormat).toBe('CycloneDX');
    const names = bom.components.map(({ group, name }) => (group ? `${group}/${name}` : name));
    // Also what the root needs for its tests only, and a service to run.
    expect(names).toEqual(expect.arrayContaining(['@nestjs/common', 'kafkajs', 'minio', 'pg', 'socket.io', 'zod']));
    for (const tool of ['vitest', 'playwright-core', '@parley/db', 'oxlint']) expect(names).not.toContain(tool);
    for (const { purl } of bom.components) expect(purl).toMatch(/^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+/);
    expect(new Set(bom.components.map(({ purl }) => purl)).size).toBe(bom.components.length);
  });
});
