import 'reflect-metadata';
import { startService } from '@parley/service';
import { runProcess } from '@parley/runtime';
import { messagesService } from './messages.service-definition.js';

await runProcess((signal) => startService(process.env, messagesService, signal));
