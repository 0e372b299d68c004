import 'reflect-metadata';
import { runProcess } from '@parley/runtime';
import { startStandalone } from './start-standalone.js';

await runProcess(() => startStandalone(process.env));
