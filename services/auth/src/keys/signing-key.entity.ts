import type { JWK } from 'jose';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An Ed25519 key of access tokens. Whoever can read this table can be anyone: protect backups accordingly. */
@Entity({ schema: 'auth', name: 'signing_keys' })
export class SigningKeyEntity {
  /** `kid` of the tokens it signs. */
  @PrimaryColumn('text')
  id!: string;

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: JWK;

  @Column('jsonb', { name: 'private_jwk' })
  privateJwk!: JWK;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'signs_from' })
  signsFrom!: Date;

  /** null: until further notice. */
  @Column('timestamptz', { name: 'published_until', nullable: true })
  publishedUntil!: Date | null;
}
