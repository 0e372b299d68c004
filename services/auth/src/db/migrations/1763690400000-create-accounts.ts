import { createOutboxTable } from '@parley/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAccounts1763690400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public`);
    await runner.query(`
      CREATE TABLE auth.users (
        id               uuid PRIMARY KEY,
        username         text NOT NULL,
        username_key     text COLLATE "C" NOT NULL,
        display_name     text NOT NULL,
        search_key       text NOT NULL,
        bio              text NOT NULL,
        status           jsonb,
        avatar_seed      text NOT NULL,
        is_administrator boolean NOT NULL,
        created_at       timestamptz NOT NULL,
        CONSTRAINT users_username_key_unique UNIQUE (username_key)
      )`);
    await runner.query(`CREATE INDEX users_search ON auth.users USING gin (search_key public.gin_trgm_ops)`);
    await runner.query(`
      CREATE TABLE auth.credentials (
        user_id       uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
        password_hash text NOT NULL,
        changed_at    timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE auth.sessions (
        id           uuid PRIMARY KEY,
        user_id      uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
        device_name  text NOT NULL,
        token_hash   bytea NOT NULL,
        rotation_key bytea NOT NULL,
        generation   int NOT NULL DEFAULT 0,
        rotated_at   timestamptz NOT NULL DEFAULT now(),
        created_at   timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL DEFAULT now(),
        expires_at   timestamptz NOT NULL,
        ended_at     timestamptz,
        end_reason   text
      )`);
    await runner.query(`CREATE INDEX sessions_live ON auth.sessions (user_id, last_seen_at) WHERE ended_at IS NULL`);
    await runner.query(`CREATE INDEX sessions_ended ON auth.sessions (ended_at) WHERE ended_at IS NOT NULL`);
    await runner.query(`CREATE INDEX sessions_expiry ON auth.sessions (expires_at)`);
    await runner.query(`
      CREATE TABLE auth.signing_keys (
        id              text PRIMARY KEY,
        public_jwk      jsonb NOT NULL,
        private_jwk     jsonb NOT NULL,
        created_at      timestamptz NOT NULL DEFAULT now(),
        signs_from      timestamptz NOT NULL,
        published_until timestamptz
      )`);
    await runner.query(createOutboxTable('auth'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE auth.outbox, auth.signing_keys, auth.sessions, auth.credentials, auth.users`);
  }
}
