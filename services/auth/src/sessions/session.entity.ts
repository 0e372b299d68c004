import type { RevocationReason } from '@parley/chat';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One log-in on one device: a family of session cookies, each the successor of the one before. */
@Entity({ schema: 'auth', name: 'sessions' })
export class SessionEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @Column('text', { name: 'device_name' })
  deviceName!: string;

  /** SHA-256 of the secret in the cookie that is valid now; cookies themselves are stored nowhere. */
  @Column('bytea', { name: 'token_hash' })
  tokenHash!: Buffer;

  /** Derives each cookie from the one before, see `session-token.ts`. */
  @Column('bytea', { name: 'rotation_key' })
  rotationKey!: Buffer;

  /** How many cookies came before the present one. */
  @Column('int', { default: 0 })
  generation!: number;

  @Column('timestamptz', { name: 'rotated_at', default: () => 'now()' })
  rotatedAt!: Date;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_seen_at', default: () => 'now()' })
  lastSeenAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason!: RevocationReason | null;
}
