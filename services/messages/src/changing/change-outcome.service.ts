import { Injectable } from '@nestjs/common';
import { ChangeOutcomes, type ChangeOutcome } from '@parley/chat';
import { ChangeSignal } from './change-signal.js';
import { CommandRepository } from './command.repository.js';

const FIRST_LOOK_MS = 20;
const LAST_LOOK_MS = 200;

/** Waits for accepted changes of messages, carried out here or by another process of this service. */
@Injectable()
export class ChangeOutcomeService extends ChangeOutcomes {
  constructor(
    private readonly commands: CommandRepository,
    private readonly signal: ChangeSignal,
  ) {
    super();
  }

  async wait(roomId: string, commandId: string, waitMs: number): Promise<ChangeOutcome | undefined> {
    const announced = Promise.withResolvers<ChangeOutcome>();
    const stop = this.signal.listen(commandId, announced.resolve);
    try {
      const deadline = performance.now() + waitMs;
      for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(2 * pauseMs, LAST_LOOK_MS)) {
        const outcome = await Promise.race([announced.promise, pause(Math.min(pauseMs, deadline - performance.now()))]);
        const found = outcome ?? (await this.commands.find(roomId, commandId));
        if (found || performance.now() >= deadline) return found;
      }
    } finally {
      stop();
    }
  }
}

const pause = (ms: number) => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));
