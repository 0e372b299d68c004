import 'reflect-metadata';
import { startService } from '@parley/service';
import { runProcess } from '@parley/runtime';
import { messagesService } from './messages.service-definition.js';

await runProcess(() => startService(process.env, messagesService));
