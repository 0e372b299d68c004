import type { User } from '@parley/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the auth service says of a person, kept here so that lists need no other service. */
@Entity({ name: 'people', schema: 'rooms' })
export class PersonEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'jsonb' })
  profile!: User;

  @Column({ name: 'name_key', type: 'text' })
  nameKey!: string;

  @Column({ name: 'search_key', type: 'text' })
  searchKey!: string;
}
