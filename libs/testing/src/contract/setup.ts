import { afterAll, afterEach, expect } from 'vitest';
import { beginContractWatch } from './contract-watch.js';

// A setup file of vitest: what servers said in a test, and in what came before it, has to be in docs/api.
const watch = beginContractWatch();

const check = async () => {
  const faults = await watch.takeFaults();
  // Tests of deploy/ and of the libs put servers of their own in the place of ours.
  if (expect.getState().testPath?.includes('/services/')) expect(faults).toEqual([]);
};
afterEach(check);
afterAll(check);
