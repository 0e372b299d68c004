import 'reflect-metadata';
import { runForOperator } from '../installation/run-for-operator.js';
import { runMint } from './run-mint.js';

await runForOperator('mint', runMint);
