import { Column, Entity, PrimaryColumn } from 'typeorm';

export interface StoredStatus {
  readonly emoji: string;
  readonly text: string;
  readonly expiresAt: string | null;
}

@Entity({ schema: 'auth', name: 'users' })
export class UserEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** As the person wrote it. */
  @Column('text')
  username!: string;

  /** Lower case: what must be unique, and what lists are ordered by. */
  @Column({ type: 'text', name: 'username_key', collation: 'C' })
  usernameKey!: string;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  /** What searches look into, see `searchKeyOf`. */
  @Column('text', { name: 'search_key' })
  searchKey!: string;

  @Column('text')
  bio!: string;

  @Column('jsonb', { nullable: true })
  status!: StoredStatus | null;

  /** Decides the generated picture; random, so that it says nothing about the person. */
  @Column('text', { name: 'avatar_seed' })
  avatarSeed!: string;

  /** The person's own picture instead; a file of the media service. */
  @Column('uuid', { name: 'avatar_media_id', nullable: true })
  avatarMediaId!: string | null;

  @Column('boolean', { name: 'is_administrator' })
  isAdministrator!: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
