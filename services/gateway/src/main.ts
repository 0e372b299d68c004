import 'reflect-metadata';
import { startService } from '@parley/service';
import { runProcess } from '@parley/runtime';
import { gatewayService } from './gateway.service-definition.js';

await runProcess((signal) => startService(process.env, gatewayService, signal));
