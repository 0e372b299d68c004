import 'reflect-metadata';
import { bootstrap, listenConfig, loadConfig, runProcess, serverConfig } from '@parley/runtime';
import { WebModule } from './web.module.js';

await runProcess(() => bootstrap({ module: WebModule, config: loadConfig([serverConfig, listenConfig], process.env) }));
