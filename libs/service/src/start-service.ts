import { resolve } from 'node:path';
import { Module } from '@nestjs/common';
import { PeerAnswersModule, SessionsModule } from '@parley/chat';
import { migrate } from '@parley/db';
import { PlatformModule, logSchema } from '@parley/platform';
import { bootstrap, configOf, createLogger, listenConfig, loadConfig, serverConfig, type RunningApp } from '@parley/runtime';
import { PeersModule } from './peers.module.js';
import { serviceConfig } from './service.config.js';
import type { ServiceDefinition } from './service-definition.js';

@Module({})
class ServiceProcessModule {}

/** One service in a process of its own. */
export async function startService(env: NodeJS.ProcessEnv, definition: ServiceDefinition): Promise<RunningApp> {
  const config = loadConfig([listenConfig, serverConfig, serviceConfig, ...definition.configs], env);
  const service = configOf(config, serviceConfig);
  const logger = createLogger(configOf(config, serverConfig).LOG_LEVEL);
  await migrate(service.DATABASE_URL, [logSchema, ...(definition.schema ? [definition.schema] : [])]);
  const platform = await PlatformModule.for({
    mode: 'embedded',
    databaseUrl: service.DATABASE_URL,
    dataDir: resolve(service.DATA_DIR),
    limitsFactor: service.LIMITS_FACTOR,
  });
  const answers = PeerAnswersModule.for({
    ports: definition.answers,
    imports: [definition.module],
    credential: service.SERVICE_CREDENTIAL,
  });
  const app = await bootstrap({
    module: {
      module: ServiceProcessModule,
      imports: [platform, PeersModule.for(definition, service), SessionsModule, definition.module, answers],
    },
    config,
    logger,
    ...(definition.configure ? { configure: definition.configure } : {}),
  });
  process.stdout.write(`${definition.name} is ready at ${app.url}\n`);
  return app;
}
