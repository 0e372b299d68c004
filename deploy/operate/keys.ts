// `npm run keys`: the keys that sign access tokens. They change by themselves every PARLEY_AUTH_KEY_DAYS; this is for looking and for hurry.
// The database is PARLEY_DATABASE_URL, or that of embedded mode in PARLEY_DATA_DIR, whether Parley runs or not.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AuthDatabase, SigningKeys, authSchema } from '@parley/auth';
import { EmbeddedPostgres, findRunningServer, postgresTrouble } from '@parley/db';

const USAGE = `usage: npm run keys               lists them
       npm run keys -- rotate     brings in a new one: it signs after 15 minutes, and the others are published until their tokens have ended
       npm run keys -- replace    for keys that somebody has got hold of: a new one signs at once, the others are gone`;

async function main(): Promise<void> {
  const [, , verb = 'list', ...rest] = process.argv;
  if (!['list', 'rotate', 'replace'].includes(verb) || rest.length > 0) {
    console.error(USAGE);
    process.exitCode = 1;
    return;
  }
  await using stack = new AsyncDisposableStack();
  const file = process.env['PARLEY_DATABASE_URL_FILE'];
  const given = file ? readFileSync(file, 'utf8').trim() : process.env['PARLEY_DATABASE_URL'];
  const url = given || (await embeddedUrl(stack));
  const database = new AuthDatabase({ url, poolSize: 1, applicationName: 'parley-keys' }, authSchema);
  await database.open().catch((error: unknown) => {
    throw postgresTrouble(error, url);
  });
  stack.defer(() => database.close());
  const keys = new SigningKeys(database);
  if (verb === 'rotate') await keys.rotate();
  if (verb === 'replace') await keys.replaceAll();
  const day = (date: Date) => date.toISOString();
  for (const { id, signsFrom, publishedUntil } of await keys.list())
    console.log(`${id}  signs from ${day(signsFrom)}${publishedUntil ? `, published until ${day(publishedUntil)}` : ''}`);
}

async function embeddedUrl(stack: AsyncDisposableStack): Promise<string> {
  const dataDir = resolve(process.env['PARLEY_DATA_DIR'] || './.parley');
  return findRunningServer(dataDir) ?? stack.use(await EmbeddedPostgres.start({ dataDir, log: () => undefined })).url;
}

main().catch((error: Error) => {
  console.error(`keys: ${error.message}`);
  process.exitCode = 1;
});
