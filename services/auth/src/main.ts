import 'reflect-metadata';
import { runProcess } from '@parley/runtime';
import { startAuth } from './process/start-auth.js';

await runProcess(() => startAuth(process.env));
