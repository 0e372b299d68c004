import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../embedded/embedded-postgres.js';

/** A throw-away server in a temporary folder, fast instead of durable. */
export class TestServer implements AsyncDisposable {
  private constructor(
    readonly url: string,
    private readonly server: EmbeddedPostgres,
    private readonly dataDir: string,
  ) {}

  static async start(): Promise<TestServer> {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-test-'));
    const server = await EmbeddedPostgres.start({ dataDir, log: () => undefined, durable: false, maxConnections: 200 });
    return new TestServer(server.url, server, dataDir);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
