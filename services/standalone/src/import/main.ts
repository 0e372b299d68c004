import 'reflect-metadata';
import { runForOperator } from '../installation/run-for-operator.js';
import { runImport } from './run-import.js';

await runForOperator('import', runImport);
