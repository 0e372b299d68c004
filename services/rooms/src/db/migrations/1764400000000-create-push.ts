import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A device is a session that wants push messages. `next_at` says when somebody has to look at it (null: nothing waits), so
 * that looking for work costs what is due and not what exists. What waits bears no text: that is asked for when it is sent.
 */
export class CreatePush1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rooms.push_keys (
        id          int  NOT NULL DEFAULT 1,
        private_key text NOT NULL,
        CONSTRAINT push_keys_pkey PRIMARY KEY (id),
        CONSTRAINT push_keys_one CHECK (id = 1)
      )`);
    await runner.query(`
      CREATE TABLE rooms.push_devices (
        session_id uuid           NOT NULL,
        user_id    uuid           NOT NULL,
        endpoint   text           NOT NULL,
        p256dh     text           NOT NULL,
        auth       text           NOT NULL,
        language   text           NOT NULL,
        renewed_at timestamptz(3) NOT NULL DEFAULT now(),
        next_at    timestamptz(3),
        failures   int            NOT NULL DEFAULT 0,
        CONSTRAINT push_devices_pkey PRIMARY KEY (session_id),
        CONSTRAINT push_devices_endpoint_key UNIQUE (endpoint)
      )`);
    await runner.query(`CREATE INDEX push_devices_by_user ON rooms.push_devices (user_id)`);
    await runner.query(`CREATE INDEX push_devices_by_next ON rooms.push_devices (next_at) WHERE next_at IS NOT NULL`);
    for (const table of ['push_waiting', 'push_shown'])
      await runner.query(`
        CREATE TABLE rooms.${table} (
          session_id uuid           NOT NULL,
          room_id    uuid           NOT NULL,
          seq        bigint         NOT NULL,
          ${table === 'push_waiting' ? 'message_id uuid NOT NULL,' : ''}
          at         timestamptz(3) NOT NULL DEFAULT now(),
          CONSTRAINT ${table}_pkey PRIMARY KEY (session_id, room_id${table === 'push_waiting' ? ', seq' : ''}),
          CONSTRAINT ${table}_device_fkey FOREIGN KEY (session_id) REFERENCES rooms.push_devices (session_id) ON DELETE CASCADE
        )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE rooms.push_shown, rooms.push_waiting, rooms.push_devices, rooms.push_keys`);
  }
}
