import { execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { exists, makeWhole } from '../../../../deploy/stack/local-server.ts';

const VERSION = '4.32.5';
const CACHE = path.join(import.meta.dirname, '../../../../.cache/stack');
const run = promisify(execFile);

export interface FuzzRun {
  /** OpenAPI, as a file. */
  readonly document: string;
  readonly url: string;
  readonly accessToken: string;
  readonly seconds: number;
  /** Called by their `operationId`s in the document. */
  readonly without: readonly string[];
  /** Bodies of these are forms, in which every field is text: a number in the place of a text looks the same to who receives it. */
  readonly forms: readonly string[];
}

/** Makes requests out of an OpenAPI document, good ones and bad ones, and holds the answers against it. */
export class Schemathesis {
  private constructor(private readonly folder: string) {}

  /** Fetched from PyPI once. Rejects, with what is missing, where there is neither Python nor a network. */
  static async find(): Promise<Schemathesis> {
    const folder = path.join(CACHE, `schemathesis-${VERSION}`);
    if (!(await exists(folder))) {
      await makeWhole(folder, async (target) => {
        const args = ['-m', 'pip', 'install', '-q', '--only-binary=:all:', '--target', target, `schemathesis==${VERSION}`];
        await run('python3', args, { timeout: 300_000 }).catch((error: { stderr?: string; message: string }) => {
          throw new Error(`install Python 3 (3.10 or later) with pip: ${(error.stderr || error.message).trim().split('\n').at(-1)}`);
        });
      });
    }
    return new Schemathesis(folder);
  }

  /** All that it printed, and whether every answer was as the document says. */
  async run({ document, url, accessToken, seconds, without, forms }: FuzzRun): Promise<{ isClean: boolean; output: string }> {
    const config = path.join(path.dirname(document), 'schemathesis.toml');
    await writeFile(config, configuration(forms));
    const args = [
      path.join(this.folder, 'bin/st'),
      `--config-file=${config}`,
      'run',
      document,
      `--url=${url}`,
      `--header=Authorization: Bearer ${accessToken}`,
      '--phases=coverage,fuzzing',
      `--max-time=${seconds}`,
      '--workers=1', // of several threads, one may stumble over another in the parser of Python 3.11 (python/cpython#106905)
      '--continue-on-failure',
      '--generation-database=none',
      '--warnings=off',
      '--no-color',
      ...without.map((operationId) => `--exclude-operation-id=${operationId}`),
    ];
    const child = spawn('python3', args, {
      cwd: path.dirname(document),
      env: { ...process.env, PYTHONPATH: this.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    return { isClean: code === 0, output };
  }
}

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'ignored_auth',
];

const configuration = (forms: readonly string[]): string =>
  [
    '[checks]',
    'enabled = false',
    ...CHECKS.map((check) => `${check}.enabled = true`),
    ...forms.flatMap((operationId) => [
      '[[operations]]',
      `include-operation-id = "${operationId}"`,
      'checks.negative_data_rejection.enabled = false',
    ]),
    '',
  ].join('\n');
