import 'reflect-metadata';
import { startService } from '@parley/service';
import { runProcess } from '@parley/runtime';
import { gatewayService } from './gateway.service-definition.js';

await runProcess(() => startService(process.env, gatewayService));
