import { Logger, Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import type { Logger as PinoLogger } from 'pino';
import { ConfigModule } from '../config/config.module.js';
import { configOf, type LoadedConfig } from '../config/config.js';
import { listenConfig, serverConfig } from '../config/server.config.js';
import { OriginPolicy } from '../http/origin-policy.js';
import { prepareHttp } from '../http/prepare-http.js';
import { createLogger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { ManagementRoutes } from '../management/management.routes.js';
import { ManagementServer } from '../management/management-server.js';
import { Readiness } from '../management/readiness.js';
import { RuntimeModule } from '../runtime.module.js';
import { armFailpoints } from './failpoints.js';
import { listen } from './listen.js';
import { RunningApp } from './running-app.js';

export interface BootstrapOptions {
  readonly module: Type | DynamicModule;
  /** Must contain `serverConfig` and `listenConfig`; all of it can be injected by the tokens of its definitions. */
  readonly config: LoadedConfig;
  /** For what one process has beyond HTTP routes (socket adapter, pages). Runs before the routes are made. */
  readonly configure?: (app: NestExpressApplication) => void | Promise<void>;
  /** Opened by the caller for the modules; closed last, the latest first, also when the start fails. */
  readonly resources?: readonly AsyncDisposable[];
  readonly logger?: PinoLogger;
}

@Module({})
class RootModule {}

/**
 * Starts an application on one listener, with everything that all processes of Parley have in common. Sets no handlers
 * for the process itself (see `runProcess`), so tests may start as many as they like.
 */
export async function bootstrap({ module, config, configure, resources = [], logger }: BootstrapOptions): Promise<RunningApp> {
  const server = configOf(config, serverConfig);
  const { HOST, PORT, NODE_ENV } = configOf(config, listenConfig);
  const opened = [...resources];
  let app: NestExpressApplication | undefined;
  try {
    armFailpoints(server.FAILPOINTS, NODE_ENV);
    const root: DynamicModule = { module: RootModule, imports: [RuntimeModule, ConfigModule.for(config), module] };
    app = await NestFactory.create<NestExpressApplication>(root, caseSensitiveExpress(), {
      logger: new NestLogger(logger ?? createLogger(server.LOG_LEVEL)),
      bodyParser: false,
      abortOnError: false,
      routeConflictPolicy: { duplicate: 'error' }, // two services with one address would silently serve only the first
      routeResolutionStrategy: 'specificity',
    });
    prepareHttp(app, server);
    await configure?.(app);
    await app.init();
    if (server.MANAGEMENT_PORT !== undefined)
      opened.push(await ManagementServer.start(app.get(ManagementRoutes), server.MANAGEMENT_PORT, HOST));
    const port = await listen(app.getHttpServer(), PORT, HOST);
    app.get(OriginPolicy).listensOn(port);
    app.get(Readiness).markServing();
    return new RunningApp(app, port, server.PUBLIC_URL ?? `http://localhost:${port}`, opened);
  } catch (error) {
    await app?.close().catch((fault: unknown) => new Logger('Start').error('closing after the failed start failed', fault));
    for (const resource of opened.toReversed()) await resource[Symbol.asyncDispose]();
    throw error;
  }
}

/** Proxies compare paths as they are; so do we, or a rule of theirs could be walked around. The setting must come before the first middleware. */
function caseSensitiveExpress(): ExpressAdapter {
  return new ExpressAdapter(express().enable('case sensitive routing'));
}
