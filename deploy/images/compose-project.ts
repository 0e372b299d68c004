import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly state: string;
  readonly exitCode: number;
}

interface Listed {
  readonly ID: string;
  readonly Name: string;
  readonly Service: string;
  readonly State: string;
  readonly ExitCode: number;
}

/** docker-compose.yml as a project of its own, on whatever engine the `docker` command talks to. COMPOSE_FILE may add to it. */
export class ComposeProject implements AsyncDisposable {
  readonly #name: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(name: string, env: Readonly<Record<string, string>>) {
    this.#name = name;
    this.#env = env;
  }

  /** Resolves when everything is healthy, so many of the gateway; rejects with what Compose said. */
  async up(gateways: number): Promise<void> {
    await this.compose('up', '-d', '--wait', '--wait-timeout', '600', '--no-build', '--scale', `gateway=${gateways}`);
  }

  async containers(service?: string): Promise<Container[]> {
    const text = await this.compose('ps', '-a', '--format', 'json', ...(service ? [service] : []));
    // One JSON document per line, or one array, by version.
    const found = (
      text.trimStart().startsWith('[')
        ? JSON.parse(text)
        : text
            .split('\n')
            .filter(Boolean)
            .map((line) => JSON.parse(line) as unknown)
    ) as Listed[];
    return found
      .map(({ ID: id, Name: name, Service, State: state, ExitCode: exitCode }) => ({ id, name, service: Service, state, exitCode }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Runs a script with the Node of a container, as its user; resolves to what it printed. */
  async node({ id }: Container, script: string): Promise<string> {
    return this.docker('exec', id, 'node', '-e', script);
  }

  async inspect<T>({ id }: { id: string }): Promise<T> {
    return (JSON.parse(await this.docker('inspect', id)) as T[])[0]!;
  }

  async docker(...args: string[]): Promise<string> {
    return this.#run(args);
  }

  async compose(...args: string[]): Promise<string> {
    return this.#run(['compose', '-p', this.#name, ...args]);
  }

  /** Takes everything down, with its data. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.compose('down', '-v', '-t', '5', '--remove-orphans');
  }

  async #run(args: string[]): Promise<string> {
    const env = { ...process.env, ...this.#env };
    return run('docker', args, { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 }).then(
      ({ stdout }) => stdout,
      (error: Error & { stderr?: string }) => {
        const said = (error.stderr ?? error.message).trim().split('\n').slice(-5).join('\n');
        throw new Error(`docker ${args.join(' ')}:\n${said}`, { cause: error });
      },
    );
  }
}
