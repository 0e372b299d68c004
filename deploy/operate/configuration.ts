// A part of `npm run generate`: writes docs/configuration.md, every variable of every process, out of the schemas that the processes read
// them by and the comments that stand there. With `--check` it writes nothing and fails if the page says anything else.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessTokenConfig, authConfig } from '@parley/auth';
import { mediaLimitConfig } from '@parley/chat';
import { gatewayConfig } from '@parley/gateway';
import { mediaConfig } from '@parley/media';
import { pushConfig } from '@parley/rooms';
import { listenConfig, serverConfig, tracingConfig, type ConfigDefinition } from '@parley/runtime';
import { enginesConfig, objectStoreConfig, serviceConfig } from '@parley/service';

interface Section {
  readonly title: string;
  readonly about: string;
  readonly parts: readonly { readonly definition: ConfigDefinition; readonly source: string; readonly name: string }[];
}

const ROOT = join(import.meta.dirname, '../..');
const PAGE = 'docs/configuration.md';

const RUNTIME = 'libs/runtime/src/config/server.config.ts';
const SERVICE = 'libs/service/src/service.config.ts';
const AUTH = 'services/auth/src/auth.config.ts';
const SECTIONS: readonly Section[] = [
  {
    title: 'Every process',
    about: 'The services, the web service and embedded mode.',
    parts: [
      { definition: listenConfig, source: RUNTIME, name: 'listenConfig' },
      { definition: serverConfig, source: RUNTIME, name: 'serverConfig' },
      { definition: tracingConfig, source: 'libs/runtime/src/config/tracing.config.ts', name: 'tracingConfig' },
    ],
  },
  {
    title: 'Every service in a process of its own',
    about:
      'Embedded mode takes `PARLEY_DATA_DIR` and `PARLEY_LIMITS_FACTOR` of these. The web service, which stands on no engine, takes only the first table.',
    parts: [
      { definition: serviceConfig, source: SERVICE, name: 'serviceConfig' },
      { definition: enginesConfig, source: SERVICE, name: 'enginesConfig' },
    ],
  },
  {
    title: 'Gateway',
    about: '',
    parts: [{ definition: gatewayConfig, source: 'services/gateway/src/gateway.config.ts', name: 'gatewayConfig' }],
  },
  {
    title: 'Auth',
    about: '',
    parts: [
      { definition: accessTokenConfig, source: AUTH, name: 'accessTokenConfig' },
      { definition: authConfig, source: AUTH, name: 'authConfig' },
    ],
  },
  {
    title: 'Rooms',
    about: 'Push messages for people whose page is closed.',
    parts: [{ definition: pushConfig, source: 'services/rooms/src/rooms.config.ts', name: 'pushConfig' }],
  },
  {
    title: 'Media',
    about: '`PARLEY_MEDIA_MAX_BYTES` is also the gateway’s, which tells clients.',
    parts: [
      { definition: mediaLimitConfig, source: 'libs/chat/src/media/media-limit.config.ts', name: 'mediaLimitConfig' },
      { definition: mediaConfig, source: 'services/media/src/media.config.ts', name: 'mediaConfig' },
      { definition: objectStoreConfig, source: SERVICE, name: 'objectStoreConfig' },
    ],
  },
];

/** What stands above a key, without the marks of a comment. */
function commentsOf(source: string, name: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(ROOT, source), 'utf8');
  const start = text.indexOf(`export const ${name} = defineConfig(`);
  if (start < 0) throw new Error(`${source} has no ${name}`);
  const body = text.slice(start, text.indexOf('\n);', start));
  const found = [...body.matchAll(/^ {4}(?:\/\*\*(?<comment>[^]*?)\*\/\n\s+|\/\/ (?<line>.*)\n\s+)?(?<key>[A-Z][A-Z0-9_]*)[:,]/gm)];
  return new Map(
    found.map(({ groups }) => [
      groups!.key!,
      (groups!.comment ?? groups!.line ?? '')
        .replace(/\n\s*\*/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ]),
  );
}

/** As one would write it; empty when it may be left out, undefined when it must be given. */
function defaultOf({ schema }: ConfigDefinition, key: string): string | undefined {
  const isLeftOut = (schema.shape[key] as { safeParse(value: unknown): { success: boolean } }).safeParse(undefined).success;
  if (!isLeftOut) return undefined;
  for (let part = schema.shape[key] as Part | undefined; part; part = part._zod.def.innerType ?? part._zod.def.in) {
    if (part._zod.def.type === 'default') return String(part._zod.def.defaultValue);
  }
  return '';
}

/** How zod keeps what a schema was made of. */
interface Part {
  readonly _zod: {
    readonly def: { readonly type: string; readonly defaultValue?: unknown; readonly innerType?: Part; readonly in?: Part };
  };
}

function tableOf({ definition, source, name }: Section['parts'][number]): string[] {
  const comments = commentsOf(source, name);
  return Object.keys(definition.schema.shape).map((key) => {
    const comment = comments.get(key);
    if (!comment) throw new Error(`${source}: nothing says what ${definition.prefix}${key} is; the comment above it goes into ${PAGE}`);
    const value = defaultOf(definition, key);
    const shown = value === undefined ? '**required**' : value === '' ? '' : `\`${value.replaceAll(',', ', ')}\``;
    return `| \`${definition.prefix}${key}\` | ${shown} | ${comment.replaceAll('|', '\\|')} |`;
  });
}

function page(): string {
  const lines = [
    '# Every variable',
    '',
    'Made by `npm run generate` out of the schemas that the processes read their variables by. A variable `X_FILE` names a file that holds the value of',
    '`X`, as mounted secrets do. A variable that begins with `PARLEY_` and is not known to a process stops its start, and every fault is listed at once.',
    'What Docker Compose sets of these, and its own variables: [.env.example](../.env.example).',
  ];
  for (const { title, about, parts } of SECTIONS) {
    lines.push(
      '',
      `## ${title}`,
      '',
      ...(about ? [about, ''] : []),
      '| variable | default | |',
      '|---|---|---|',
      ...parts.flatMap(tableOf),
    );
  }
  return `${lines.join('\n')}\n`;
}

const file = join(ROOT, PAGE);
const wanted = page();
if (!existsSync(file) || readFileSync(file, 'utf8') !== wanted) {
  if (process.argv.includes('--check')) {
    console.error(`${PAGE} is not what the schemas say: npm run generate`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
    console.log(`wrote ${PAGE}`);
  }
}
