import 'reflect-metadata';
import { runProcess } from '@parley/runtime';
import { startWeb } from './start-web.js';

await runProcess(() => startWeb(process.env));
