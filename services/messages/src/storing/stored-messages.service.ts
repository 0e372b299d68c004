import { Injectable } from '@nestjs/common';
import type { Message } from '@parley/contracts';
import { HistoryService } from '../history/history.service.js';
import { StoredSignal } from './stored-signal.js';

const WAIT_MS = 4_000;
const FIRST_LOOK_MS = 25;

/** Waits for an accepted message to be stored, here or by another process of this service. */
@Injectable()
export class StoredMessages {
  constructor(
    private readonly history: HistoryService,
    private readonly signal: StoredSignal,
  ) {}

  /** The stored message, also when it was stored long ago; undefined after 4 s. */
  async wait(roomId: string, messageId: string): Promise<Message | undefined> {
    const announced = Promise.withResolvers<Message>();
    const stop = this.signal.listen(messageId, announced.resolve);
    try {
      const deadline = Date.now() + WAIT_MS;
      for (let pauseMs = FIRST_LOOK_MS; Date.now() < deadline; pauseMs *= 2) {
        const message = await Promise.race([announced.promise, pause(Math.min(pauseMs, deadline - Date.now()))]);
        const found = message ?? (await this.history.findMessage(roomId, messageId));
        if (found) return found;
      }
      return undefined;
    } finally {
      stop();
    }
  }
}

const pause = (ms: number) => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));
