import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBansAndInvites1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rooms.bans (
        room_id    uuid           NOT NULL,
        user_id    uuid           NOT NULL,
        banned_by  uuid           NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT bans_pkey PRIMARY KEY (room_id, user_id),
        CONSTRAINT bans_room_fkey FOREIGN KEY (room_id) REFERENCES rooms.rooms (id)
      )`);
    await runner.query(`CREATE INDEX bans_by_time ON rooms.bans (room_id, created_at DESC, user_id)`);
    await runner.query(`
      CREATE TABLE rooms.invites (
        code       text           COLLATE "C" NOT NULL,
        room_id    uuid           NOT NULL,
        created_by uuid           NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        expires_at timestamptz(3),
        max_uses   int,
        uses       int            NOT NULL DEFAULT 0,
        CONSTRAINT invites_pkey PRIMARY KEY (code),
        CONSTRAINT invites_room_fkey FOREIGN KEY (room_id) REFERENCES rooms.rooms (id),
        CONSTRAINT invites_uses_check CHECK (uses >= 0 AND (max_uses IS NULL OR uses <= max_uses))
      )`);
    await runner.query(`CREATE INDEX invites_by_room ON rooms.invites (room_id, created_at, code)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE rooms.invites, rooms.bans`);
  }
}
