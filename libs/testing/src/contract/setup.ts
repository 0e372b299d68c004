import { afterAll, afterEach, expect } from 'vitest';
import { beginContractWatch } from './contract-watch.js';

// A setup file of vitest: what servers said in a test, and in what came before it, has to be in docs/api.
const watch = beginContractWatch();
const check = async () => expect(await watch.takeFaults()).toEqual([]);
afterEach(check);
afterAll(check);
