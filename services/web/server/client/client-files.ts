import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

type Encoding = 'br' | 'gzip';

export interface ClientFile {
  readonly type: string;
  /** The name contains a hash of the content, so it may be kept for ever. */
  readonly isImmutable: boolean;
  readonly etag: string;
  readonly body: Buffer;
  readonly encoded: ReadonlyMap<Encoding, Buffer>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};
const ENCODINGS: readonly (readonly [string, Encoding])[] = [
  ['.br', 'br'],
  ['.gz', 'gzip'],
];

export const etagOf = (body: Buffer): string => `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;

/**
 * The built client, read once: what is not in here is not served, so no path of a request ever reaches the disk. The
 * build leaves compressed copies (`x.js.br`, `x.js.gz`) beside what they shrink.
 */
export class ClientFiles {
  private constructor(private readonly files: ReadonlyMap<string, ClientFile>) {}

  /** @returns undefined when the client is not built */
  static read(folder: string): ClientFiles | undefined {
    if (!existsSync(path.join(folder, 'index.html'))) return undefined;
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
    const all = new Set(names);
    const files = new Map<string, ClientFile>();
    for (const name of names) {
      const type = TYPES[path.extname(name)];
      if (type === undefined) continue;
      const body = readFileSync(path.join(folder, name));
      const encoded = ENCODINGS.filter(([extension]) => all.has(name + extension)).map(
        ([extension, encoding]) => [encoding, readFileSync(path.join(folder, name + extension))] as const,
      );
      const urlPath = `/${name.split(path.sep).join('/')}`;
      files.set(urlPath, {
        type,
        isImmutable: urlPath.startsWith('/assets/'),
        etag: etagOf(body),
        body,
        encoded: new Map(encoded),
      });
    }
    return new ClientFiles(files);
  }

  find(urlPath: string): ClientFile | undefined {
    return this.files.get(urlPath);
  }

  /** The one page of the client. */
  get page(): ClientFile {
    return this.files.get('/index.html')!;
  }
}
