import type { RoomRole } from '@parley/contracts';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { positionColumn, timeColumn } from './columns.js';
import { RoomEntity } from './room.entity.js';

/** One person in one room. The four positions are explained in `read-markers/unread.ts`. */
@Entity({ name: 'members', schema: 'rooms' })
export class MemberEntity {
  @PrimaryColumn({ name: 'room_id', type: 'uuid' })
  roomId!: string;

  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @ManyToOne(() => RoomEntity)
  @JoinColumn({ name: 'room_id' })
  room!: RoomEntity;

  @Column({ type: 'enum', enum: ['owner', 'moderator', 'member'], enumName: 'room_role' })
  role!: RoomRole;

  @Column(timeColumn('joined_at'))
  joinedAt!: Date;

  @Column(positionColumn('read_seq'))
  readSeq!: number;

  @Column(positionColumn('read_foreign'))
  readForeign!: number;

  /** Larger: the person moved the marker back since. Within one era it only moves forward. */
  @Column(positionColumn('read_era'))
  readEra!: number;

  @Column(positionColumn('own_count'))
  ownCount!: number;

  @Column(positionColumn('last_own_seq'))
  lastOwnSeq!: number;

  @Column({ type: 'text' })
  notify!: 'all' | 'mentions' | 'none';

  @Column({ ...timeColumn('muted_until'), nullable: true })
  mutedUntil!: Date | null;

  @Column({ type: 'boolean' })
  favourite!: boolean;
}
