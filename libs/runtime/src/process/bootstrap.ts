import { Logger, Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Metrics } from '@parley/telemetry';
import type { RequestListener } from 'node:http';
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
import { watchReadiness } from '../management/readiness-metrics.js';
import { RuntimeModule } from '../runtime.module.js';
import { armFailpoints } from './failpoints.js';
import { FrontDoor } from './front-door.js';
import { listen } from './listen.js';
import { RunningApp } from './running-app.js';

export interface BootstrapOptions {
  readonly module: Type | DynamicModule;
  /** Must contain `serverConfig` and `listenConfig`; all of it can be injected by the tokens of its definitions. */
  readonly config: LoadedConfig;
  /**
   * Comes before the modules are made, while health is already told: for what they need and cannot do without. Reports to
   * operators what it waits for (`Readiness.noteTrouble`).
   */
  readonly prepare?: (readiness: Readiness) => Promise<void>;
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
export async function bootstrap(options: BootstrapOptions): Promise<RunningApp> {
  const { module, config, prepare, configure, resources = [] } = options;
  const server = configOf(config, serverConfig);
  const { HOST, PORT, NODE_ENV } = configOf(config, listenConfig);
  const logger = new NestLogger(options.logger ?? createLogger(server.LOG_LEVEL));
  const [readiness, metrics] = [new Readiness(), new Metrics()];
  watchReadiness(metrics, readiness);
  const routes = new ManagementRoutes(readiness, metrics);
  const door = new FrontDoor(server.MANAGEMENT_PORT === undefined ? routes : undefined);
  const opened = [...resources];
  let app: NestExpressApplication | undefined;
  try {
    armFailpoints(server.FAILPOINTS, NODE_ENV);
    if (server.MANAGEMENT_PORT !== undefined) opened.push(await ManagementServer.start(routes, server.MANAGEMENT_PORT, HOST));
    const port = await listen(door.server, PORT, HOST);
    if (prepare) Logger.overrideLogger(logger); // Nest does so when it makes the application
    await prepare?.(readiness);
    const root: DynamicModule = { module: RootModule, imports: [RuntimeModule.with(readiness, metrics), ConfigModule.for(config), module] };
    app = await NestFactory.create<NestExpressApplication>(root, door.adapter(), {
      logger,
      bodyParser: false,
      abortOnError: false,
      routeConflictPolicy: { duplicate: 'error' }, // two services with one address would silently serve only the first
      routeResolutionStrategy: 'specificity',
    });
    prepareHttp(app, server);
    await configure?.(app);
    // Before anything listens: what asks for an upgrade does not wait for the door.
    app.get(OriginPolicy).listensOn(port);
    await app.init();
    door.giveTo(app.getHttpAdapter().getInstance() as RequestListener);
    readiness.markServing();
    return new RunningApp(app, port, server.PUBLIC_URL ?? `http://localhost:${port}`, opened);
  } catch (error) {
    await app?.close().catch((fault: unknown) => new Logger('Start').error('closing after the failed start failed', fault));
    await door.close();
    for (const resource of opened.toReversed()) await resource[Symbol.asyncDispose]();
    throw error;
  }
}
