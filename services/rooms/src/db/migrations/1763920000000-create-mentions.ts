import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who is mentioned where. A row per mention and not per reader: `@everyone` is one row of nobody in particular (the nil
 * id), so what it costs does not grow with the room. `changed_messages` tells an older fact about a message from a newer.
 */
export class CreateMentions1763920000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rooms.mentions (
        user_id   uuid   NOT NULL,
        room_id   uuid   NOT NULL,
        seq       bigint NOT NULL,
        sender_id uuid,
        CONSTRAINT mentions_pkey PRIMARY KEY (user_id, room_id, seq)
      )`);
    await runner.query(`CREATE INDEX mentions_by_message ON rooms.mentions (room_id, seq)`);
    await runner.query(`
      CREATE TABLE rooms.changed_messages (
        room_id uuid   NOT NULL,
        seq     bigint NOT NULL,
        rev     int    NOT NULL,
        CONSTRAINT changed_messages_pkey PRIMARY KEY (room_id, seq)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE rooms.changed_messages, rooms.mentions`);
  }
}
