import { Logger } from '@nestjs/common';
import { describe } from 'vitest';
import { InProcessRoomFanout } from './in-process-room-fanout.js';
import { roomFanoutContract } from './room-fanout.contract.js';

Logger.overrideLogger(false);

describe('InProcessRoomFanout', () => {
  roomFanoutContract(async (processes) => {
    const fanout = new InProcessRoomFanout();
    return { fanouts: Array.from({ length: processes }, () => fanout), [Symbol.asyncDispose]: async () => undefined };
  });
});
