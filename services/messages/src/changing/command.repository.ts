import { Injectable } from '@nestjs/common';
import type { ChangeOutcome } from '@parley/chat';
import type { ErrorCode } from '@parley/contracts';
import { MessagesDatabase } from '../db/messages.database.js';

/** What became of commands. */
@Injectable()
export class CommandRepository {
  constructor(private readonly database: MessagesDatabase) {}

  async find(roomId: string, commandId: string): Promise<ChangeOutcome | undefined> {
    const [record] = await this.database.query<{ rev: number; refusal: ErrorCode | null }>({
      name: 'find-command',
      text: `SELECT rev, refusal FROM messages.commands WHERE room_id = $1 AND command_id = $2`,
      values: [roomId, commandId],
    });
    return record && { rev: record.rev, refusal: record.refusal };
  }

  /** Forgets up to `limit` of those that had their turn longer ago. Answers how many. */
  async deleteOlderThan(ageMs: number, limit: number): Promise<number> {
    const rows = await this.database.query(
      `DELETE FROM messages.commands WHERE (room_id, command_id) IN
         (SELECT room_id, command_id FROM messages.commands WHERE applied_at < now() - $1 * interval '1 millisecond' LIMIT $2)
       RETURNING 1 AS gone`,
      [ageMs, limit],
    );
    return rows.length;
  }
}
