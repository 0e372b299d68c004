import 'reflect-metadata';
import { startService } from '@parley/service';
import { runProcess } from '@parley/runtime';
import { mediaService } from './media.service-definition.js';

await runProcess((signal) => startService(process.env, mediaService, signal));
