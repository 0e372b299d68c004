import { createOutboxTable } from '@parley/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Columns that end in `_key` hold text folded by the application (no case, composed), because Postgres folds by the
 * locale of its data folder. `COLLATE "C"` makes their order the same on every server.
 */
export class CreateRooms1763683200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `number` is the order of arrival: a scan over all people can stop and go on.
    await runner.query(`
      CREATE TABLE rooms.people (
        id         uuid   NOT NULL,
        number     bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        profile    jsonb  NOT NULL,
        name_key   text   COLLATE "C" NOT NULL,
        search_key text   COLLATE "C" NOT NULL,
        CONSTRAINT people_pkey PRIMARY KEY (id),
        CONSTRAINT people_number_key UNIQUE (number)
      )`);
    await runner.query(`CREATE INDEX people_by_name ON rooms.people (name_key, id)`);

    // head, epoch, what is never unread and the newest message follow the messages service; they change all the time
    // and are in no index, so that their updates stay within the page.
    await runner.query(`
      CREATE TABLE rooms.rooms (
        id                uuid           NOT NULL,
        kind              text           NOT NULL,
        name              text           NOT NULL,
        name_key          text           COLLATE "C" NOT NULL,
        topic             text           NOT NULL DEFAULT '',
        visibility        text           NOT NULL,
        member_count      int            NOT NULL DEFAULT 0,
        slow_mode_seconds int            NOT NULL DEFAULT 0,
        is_for_everyone   boolean        NOT NULL DEFAULT false,
        direct_low        uuid,
        direct_high       uuid,
        created_by        uuid,
        created_at        timestamptz(3) NOT NULL,
        archived_at       timestamptz(3),
        active_at         timestamptz(3) NOT NULL DEFAULT now(),
        epoch             int            NOT NULL DEFAULT 1,
        head              bigint         NOT NULL DEFAULT 0,
        system_count      bigint         NOT NULL DEFAULT 0,
        last_system_seq   bigint         NOT NULL DEFAULT 0,
        last_sender_id    uuid,
        last_preview      text,
        last_at           timestamptz(3),
        CONSTRAINT rooms_pkey PRIMARY KEY (id),
        CONSTRAINT rooms_kind_check CHECK (kind IN ('room', 'direct')),
        CONSTRAINT rooms_visibility_check CHECK (visibility IN ('public', 'private')),
        CONSTRAINT rooms_member_count_check CHECK (member_count >= 0),
        CONSTRAINT rooms_pair_check CHECK ((kind = 'direct') = (direct_low IS NOT NULL AND direct_high IS NOT NULL AND direct_low < direct_high))
      ) WITH (fillfactor = 60)`);
    // An archived room gives its name back.
    await runner.query(
      `CREATE UNIQUE INDEX rooms_public_name ON rooms.rooms (name_key) WHERE kind = 'room' AND visibility = 'public' AND archived_at IS NULL`,
    );
    await runner.query(`CREATE UNIQUE INDEX rooms_for_everyone ON rooms.rooms (is_for_everyone) WHERE is_for_everyone`);
    await runner.query(`CREATE UNIQUE INDEX rooms_direct_pair ON rooms.rooms (direct_low, direct_high) WHERE kind = 'direct'`);
    await runner.query(`CREATE INDEX rooms_by_name ON rooms.rooms (name_key, id) WHERE kind = 'room' AND archived_at IS NULL`);

    await runner.query(`CREATE TYPE rooms.room_role AS ENUM ('owner', 'moderator', 'member')`); // in the order of lists
    await runner.query(`
      CREATE TABLE rooms.members (
        room_id      uuid            NOT NULL,
        user_id      uuid            NOT NULL,
        role         rooms.room_role NOT NULL,
        joined_at    timestamptz(3)  NOT NULL,
        read_seq     bigint          NOT NULL,
        read_foreign bigint          NOT NULL,
        own_count    bigint          NOT NULL DEFAULT 0,
        last_own_seq bigint          NOT NULL,
        notify       text            NOT NULL DEFAULT 'all',
        muted_until  timestamptz(3),
        CONSTRAINT members_pkey PRIMARY KEY (room_id, user_id),
        CONSTRAINT members_room_fkey FOREIGN KEY (room_id) REFERENCES rooms.rooms (id),
        CONSTRAINT members_notify_check CHECK (notify IN ('all', 'mentions', 'none'))
      ) WITH (fillfactor = 80)`);
    await runner.query(`CREATE INDEX members_by_user ON rooms.members (user_id)`);
    await runner.query(`CREATE INDEX members_by_role ON rooms.members (room_id, role, joined_at, user_id)`);

    await runner.query(createOutboxTable('rooms'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE rooms.outbox, rooms.members, rooms.rooms, rooms.people`);
    await runner.query(`DROP TYPE rooms.room_role`);
  }
}
