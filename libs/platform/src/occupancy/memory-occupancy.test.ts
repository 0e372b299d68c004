import { describe } from 'vitest';
import { MemoryOccupancy } from './memory-occupancy.js';
import { occupancyContract } from './occupancy.contract.js';

describe('MemoryOccupancy', () => {
  occupancyContract(async () => ({ occupancy: new MemoryOccupancy(), [Symbol.asyncDispose]: () => Promise.resolve() }));
});
