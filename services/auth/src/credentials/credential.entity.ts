import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ schema: 'auth', name: 'credentials' })
export class CredentialEntity {
  @PrimaryColumn('uuid', { name: 'user_id' })
  userId!: string;

  /** Encoded argon2id, parameters included; until the first log-in of an imported account that of its earlier application. */
  @Column('text', { name: 'password_hash' })
  passwordHash!: string;

  @Column('timestamptz', { name: 'changed_at', default: () => 'now()' })
  changedAt!: Date;
}
