import 'reflect-metadata';
import { startService } from '@parley/service';
import { runProcess } from '@parley/runtime';
import { authService } from './auth.service-definition.js';

await runProcess((signal) => startService(process.env, authService, signal));
