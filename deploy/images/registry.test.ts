import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askDigest, readReference } from './registry.ts';
import { clusterImages, composeImages } from './used-images.ts';

const DIGEST = `sha256:${'7'.repeat(64)}`;

/** A registry that lets nobody in without a token, which anybody gets. */
describe('a registry', () => {
  let server: Server;
  let registry: string;
  const asked: IncomingMessage[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request);
      const url = new URL(request.url!, `http://${registry}`);
      if (url.pathname === '/token') return response.end(JSON.stringify({ token: `for ${url.searchParams.get('scope')}` }));
      if (request.headers.authorization !== 'Bearer for repository:library/thing:pull') {
        response.setHeader(
          'www-authenticate',
          `Bearer realm="http://${registry}/token",service="it",scope="repository:library/thing:pull"`,
        );
        return response.writeHead(401).end();
      }
      if (url.pathname !== '/v2/library/thing/manifests/1.2') return response.writeHead(404).end();
      return response.setHeader('docker-content-digest', DIGEST).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is asked which image a tag is, with the token that it wants, for all platforms at once', async () => {
    expect(await askDigest(readReference(`${registry}/library/thing:1.2`))).toBe(DIGEST);
    expect(asked.at(-1)).toMatchObject({ method: 'HEAD' });
    expect(asked.at(-1)!.headers.accept).toContain('image.index.v1+json');
  });

  it('is quoted when it does not know', async () => {
    await expect(askDigest(readReference(`${registry}/library/thing:9.9`))).rejects.toThrow('was answered with 404');
  });
});

describe('the images of others', () => {
  const all = [...new Set([...composeImages().values(), ...clusterImages()])];

  it('are named with their registry and a version, and none that is gone or moves', () => {
    expect(all.length).toBeGreaterThan(8);
    for (const image of all) {
      expect(() => readReference(image)).not.toThrow();
      expect(image).not.toMatch(/:latest|bitnami|docker\.io\/minio\//);
      expect(image.replace(/@.*/, '')).toMatch(/\d/); // in its tag, or in its name (nodejs24-debian13:nonroot)
    }
  });

  it('have digests, or it is said which have none', () => {
    const unpinned = all.filter((image) => readReference(image).digest === undefined);
    if (unpinned.length > 0)
      process.stderr.write(`images: ${unpinned.length} of ${all.length} are by tag only (npm run pin): ${unpinned.join(', ')}\n`);
    // What has one keeps it.
    for (const name of ['kafka', 'valkey', 'postgres', 'prometheus', 'grafana', 'opentelemetry-collector-contrib', 'grafana/k6']) {
      const named = all.filter((image) => image.includes(`/${name}:`));
      expect(named, name).not.toEqual([]);
      // In Compose and in a cluster the same one.
      expect(new Set(named.map((image) => readReference(image).digest)).size, name).toBe(1);
      expect(readReference(named[0]!).digest, name).toBeDefined();
    }
  });
});
