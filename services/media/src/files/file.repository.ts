import { Injectable } from '@nestjs/common';
import type { AttachmentUse } from '@parley/chat';
import type { Queryable } from '@parley/db';
import { MediaDatabase } from '../db/media.database.js';
import { FILE_COLUMNS, type FileRow } from './file-row.js';

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly placeholder?: string | undefined;
  readonly thumbnailSize?: number | undefined;
}

/** A message that the log has. */
export interface ConfirmedUse {
  readonly messageId: string;
  readonly roomId: string;
  readonly senderId: string;
  readonly mediaIds: readonly string[];
}

/** Every step of a file's life is one statement with its conditions, so that of two who try only one succeeds. */
@Injectable()
export class FileRepository {
  constructor(private readonly database: MediaDatabase) {}

  /** false: with `size` more the person would keep over `quota` bytes; uploads under way count as what they may become. */
  async insertPending(id: string, ownerId: string, size: number, quota: number): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      // Of one person's uploads at the same time each must see the others.
      await transaction.query(`SELECT pg_advisory_xact_lock(hashtextextended('media ' || $1, 0))`, [ownerId]);
      const rows = await transaction.query(
        `INSERT INTO media.files (id, owner_id, state, name, type, size)
         SELECT $1, $2::uuid, 'pending', '', '', $3::bigint
         WHERE $4::bigint = 0 OR (SELECT coalesce(sum(size), 0) FROM media.files WHERE owner_id = $2::uuid AND state <> 'removed') + $3::bigint <= $4::bigint
         RETURNING 1`,
        [id, ownerId, size, quota],
      );
      return rows.length === 1;
    });
  }

  /** undefined: it is pending no longer; what is stored of it must go. */
  async markReady(file: StoredFile, altText: string | undefined): Promise<FileRow | undefined> {
    const [row] = await this.database.query<FileRow & Record<string, unknown>>(
      `UPDATE media.files SET state = 'ready', changed_at = now(), name = $2, type = $3, size = $4, sha256 = $5, width = $6, height = $7,
         duration_ms = $8, placeholder = $9, thumbnail_size = $10, alt_text = $11
       WHERE id = $1 AND state = 'pending' RETURNING ${FILE_COLUMNS}`,
      [
        file.id,
        file.name,
        file.type,
        file.size,
        file.sha256,
        file.width ?? null,
        file.height ?? null,
        file.durationMs ?? null,
        file.placeholder ?? null,
        file.thumbnailSize ?? null,
        altText ?? null,
      ],
    );
    return row;
  }

  async find(id: string): Promise<FileRow | undefined> {
    const [row] = await this.database.query<FileRow & Record<string, unknown>>({
      name: 'find-file',
      text: `SELECT ${FILE_COLUMNS} FROM media.files WHERE id = $1`,
      values: [id],
    });
    return row;
  }

  /** Nobody reads it from here on, and its bytes may go. false: it is attached, gone, or somebody else's. */
  async removeUnused(id: string, ownerId: string): Promise<boolean> {
    const rows = await this.database.query(
      `UPDATE media.files SET state = 'removed', changed_at = now() WHERE id = $1 AND owner_id = $2 AND state IN ('pending', 'ready') RETURNING 1`,
      [id, ownerId],
    );
    return rows.length === 1;
  }

  /** All files of a message or none: undefined. A message that has files already keeps those. */
  async reserve({ senderId, roomId, messageId, mediaIds }: AttachmentUse): Promise<FileRow[] | undefined> {
    return this.database.transaction(async (transaction) => {
      await transaction.query(`SELECT pg_advisory_xact_lock(hashtextextended('message ' || $1, 0))`, [messageId]);
      const kept = await this.keepReserved(transaction, messageId, senderId);
      if (kept.length > 0) return kept;
      // Locked in one order, so that two messages that want the same files cannot wait for each other.
      const free = await transaction.query(
        `SELECT 1 FROM media.files WHERE id = ANY($1::uuid[]) AND owner_id = $2 AND state = 'ready' ORDER BY id FOR UPDATE`,
        [mediaIds, senderId],
      );
      if (free.length !== mediaIds.length) return undefined;
      const rows = await transaction.query<FileRow & Record<string, unknown>>(
        `UPDATE media.files AS file SET state = 'attached', changed_at = now(), room_id = $2, message_id = $3, position = wanted.position
         FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (wanted_id, position) WHERE id = wanted_id RETURNING ${FILE_COLUMNS}`,
        [mediaIds, roomId, messageId],
      );
      return rows.sort((one, other) => mediaIds.indexOf(one.id) - mediaIds.indexOf(other.id));
    });
  }

  /** A retry makes a reservation young again, so that it does not run out while the message is on its way. */
  private async keepReserved(transaction: Queryable, messageId: string, ownerId: string): Promise<FileRow[]> {
    const rows = await transaction.query<FileRow & { position: number } & Record<string, unknown>>(
      `UPDATE media.files SET changed_at = now() WHERE message_id = $1 AND owner_id = $2 AND state = 'attached' RETURNING ${FILE_COLUMNS}, position`,
      [messageId, ownerId],
    );
    return rows.sort((one, other) => one.position - other.position);
  }

  async reserveAvatar(ownerId: string, id: string): Promise<boolean> {
    const rows = await this.database.query(
      `UPDATE media.files SET state = 'attached', is_avatar = true, changed_at = now()
       WHERE id = $1 AND owner_id = $2 AND thumbnail_size IS NOT NULL AND (state = 'ready' OR (state = 'attached' AND is_avatar)) RETURNING 1`,
      [id, ownerId],
    );
    return rows.length === 1;
  }

  /**
   * The log has these messages: their files stay. A file that was given up in the meantime, because its message was so long on
   * the way, is taken back.
   */
  async confirmMessages(uses: readonly ConfirmedUse[]): Promise<void> {
    const told = uses.flatMap((use) => use.mediaIds.map((mediaId, index) => ({ ...use, mediaId, position: index + 1 })));
    await this.database.query(
      `UPDATE media.files AS file SET state = 'attached', confirmed_at = now(), room_id = told.room_id, message_id = told.message_id, position = told.position
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[]) AS told (id, message_id, room_id, sender_id, position)
       WHERE file.id = told.id AND ((file.state = 'attached' AND file.message_id = told.message_id AND confirmed_at IS NULL)
         OR (file.state = 'ready' AND file.owner_id = told.sender_id))`,
      [
        told.map(({ mediaId }) => mediaId),
        told.map(({ messageId }) => messageId),
        told.map(({ roomId }) => roomId),
        told.map(({ senderId }) => senderId),
        told.map(({ position }) => position),
      ],
    );
  }

  /** The log tells which picture a person has: it stays, and those from before it go, if that is still to be done. */
  async confirmAvatar(ownerId: string, id: string): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await transaction.query(
        `UPDATE media.files SET state = 'attached', is_avatar = true, confirmed_at = now()
         WHERE id = $2 AND owner_id = $1 AND confirmed_at IS NULL AND (state = 'ready' OR (state = 'attached' AND is_avatar))`,
        [ownerId, id],
      );
      // Facts can come again: one about a picture that is gone itself says nothing about later ones.
      await transaction.query(
        `UPDATE media.files AS older SET state = 'removed', changed_at = now() FROM media.files AS told
         WHERE told.id = $2 AND told.owner_id = $1 AND told.is_avatar AND told.state = 'attached' AND older.owner_id = $1 AND older.is_avatar
           AND older.state = 'attached' AND older.confirmed_at IS NOT NULL AND older.changed_at < told.changed_at`,
        [ownerId, id],
      );
    });
  }

  async removeAvatar(ownerId: string, id: string): Promise<boolean> {
    const rows = await this.database.query(
      `UPDATE media.files SET state = 'removed', changed_at = now() WHERE id = $2 AND owner_id = $1 AND is_avatar AND state = 'attached' RETURNING 1`,
      [ownerId, id],
    );
    return rows.length === 1;
  }

  /** Nobody reads them from here on; the sweeper takes their bytes. */
  async removeOfMessages(messageIds: readonly string[]): Promise<void> {
    await this.database.query(
      `UPDATE media.files SET state = 'removed', changed_at = now() WHERE message_id = ANY($1::uuid[]) AND state = 'attached'`,
      [messageIds],
    );
  }
}
