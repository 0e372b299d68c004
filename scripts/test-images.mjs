// `npm run test:images`: builds the image of deploy/Dockerfile, brings docker-compose.yml up with it and tests both, on the engine that the
// `docker` command talks to: Docker, or by DOCKER_HOST anything that speaks as it does. Takes the variables of .env.example, and
//   PARLEY_IMAGES_BUILD=never   takes PARLEY_IMAGE as it is
//   PARLEY_IMAGES=required      fails where there is no engine, instead of saying so

import { spawnSync } from 'node:child_process';
import { prepare } from './steps/prepare.mjs';
import { exitWith, runInTerminal, say, stoppable } from './steps/run.mjs';

const succeeds = (args) => spawnSync('docker', args, { stdio: 'ignore', timeout: 30_000 }).status === 0;

async function main() {
  const missing = !succeeds(['info'])
    ? 'no Docker answers (`docker info`)'
    : !succeeds(['compose', 'version'])
      ? 'Docker has no Compose (`docker compose version`)'
      : undefined;
  if (missing) {
    say(`!!! THE IMAGES ARE NOT TESTED !!! ${missing}`);
    process.exit(process.env.PARLEY_IMAGES === 'required' ? 1 : 0);
  }
  await stoppable(prepare);
  process.exit(
    await runInTerminal(['node_modules/vitest/vitest.mjs', 'run', '--config', 'deploy/images/vitest.config.ts', ...process.argv.slice(2)]),
  );
}

main().catch(exitWith);
