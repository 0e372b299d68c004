// `npm run reindex`: brings the search index in line with the stored messages, in the database of PARLEY_DATABASE_URL or, in embedded
// mode, of PARLEY_DATA_DIR. Parley may run meanwhile. May be interrupted and repeated as often as one likes.

import { resolve } from 'node:path';
import { EmbeddedPostgres, SchemaError, assertMigrated, findRunningServer, postgresTrouble } from '@parley/db';
import { messagesSchema, rebuildSearch } from '@parley/messages';

const PROGRESS_MS = 1_000;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

let url = '';
try {
  await using stack = new AsyncDisposableStack();
  url = process.env['PARLEY_DATABASE_URL'] || (await embeddedUrl(stack));
  await assertMigrated(url, [messagesSchema]);
  const checked = await rebuildSearch({ databaseUrl: url, onProgress: printer(), signal: stopping.signal });
  console.log(`reindex: done, ${checked} messages`);
} catch (error) {
  const problem = error instanceof SchemaError ? error : postgresTrouble(error, url);
  console.error(`reindex: ${stopping.signal.aborted ? 'stopped; run it again to begin again' : problem.message}`);
  process.exitCode = 1;
}

/** Parley may run on the folder or not. */
async function embeddedUrl(stack: AsyncDisposableStack): Promise<string> {
  const dataDir = resolve(process.env['PARLEY_DATA_DIR'] || './.parley');
  return findRunningServer(dataDir) ?? stack.use(await EmbeddedPostgres.start({ dataDir, log: () => undefined })).url;
}

function printer(): (checked: number, total: number) => void {
  let next = 0;
  return (checked, total) => {
    if (Date.now() < next) return;
    next = Date.now() + PROGRESS_MS;
    console.log(`reindex: ${checked} of ${total} messages`);
  };
}
