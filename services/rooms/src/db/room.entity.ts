import type { Announcement } from '@parley/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { positionColumn, timeColumn } from './columns.js';

@Entity({ name: 'rooms', schema: 'rooms' })
export class RoomEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  kind!: 'room' | 'direct';

  /** Empty for private chats: each person sees the other one's name. */
  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'name_key', type: 'text' })
  nameKey!: string;

  @Column({ name: 'search_key', type: 'text' })
  searchKey!: string;

  @Column({ type: 'text' })
  topic!: string;

  @Column({ type: 'text' })
  visibility!: 'public' | 'private';

  /** Kept in the transaction of each change, under the lock of this row. */
  @Column({ name: 'member_count', type: 'int' })
  memberCount!: number;

  /** Changes of the count so far. */
  @Column(positionColumn('member_rev'))
  memberRev!: number;

  @Column({ name: 'slow_mode_seconds', type: 'int' })
  slowModeSeconds!: number;

  /** Everyone who registers is made a member. */
  @Column({ name: 'is_for_everyone', type: 'boolean' })
  isForEveryone!: boolean;

  /** The two people of a private chat, the smaller id first. */
  @Column({ name: 'direct_low', type: 'uuid', nullable: true })
  directLow!: string | null;

  @Column({ name: 'direct_high', type: 'uuid', nullable: true })
  directHigh!: string | null;

  @Column({ name: 'created_by', type: 'uuid', nullable: true })
  createdBy!: string | null;

  @Column(timeColumn('created_at'))
  createdAt!: Date;

  @Column({ ...timeColumn('archived_at'), nullable: true })
  archivedAt!: Date | null;

  /** When the newest message came to be known here; orders conversations. */
  @Column(timeColumn('active_at'))
  activeAt!: Date;

  @Column({ type: 'int' })
  epoch!: number;

  /** Position of the newest message that was counted here; the messages service may be further. */
  @Column(positionColumn('head'))
  head!: number;

  /** Messages of the system up to the head. */
  @Column(positionColumn('system_count'))
  systemCount!: number;

  @Column(positionColumn('last_system_seq'))
  lastSystemSeq!: number;

  @Column({ name: 'last_sender_id', type: 'uuid', nullable: true })
  lastSenderId!: string | null;

  @Column({ name: 'last_preview', type: 'text', nullable: true })
  lastPreview!: string | null;

  @Column({ name: 'last_announcement', type: 'jsonb', nullable: true })
  lastAnnouncement!: Announcement | null;

  @Column({ ...timeColumn('last_at'), nullable: true })
  lastAt!: Date | null;
}
