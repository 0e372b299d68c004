import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The id of a message is made of its room, its sender and the client's key (`messageIdOf`): where ids are unique, those are. A second index
 * that says so, the largest of the table, was a quarter of what it costs to insert a message.
 */
export class KnowMessagesById1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE messages.messages DROP CONSTRAINT messages_client_key`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE messages.messages ADD CONSTRAINT messages_client_key UNIQUE (room_id, sender_id, client_msg_id)`);
  }
}
