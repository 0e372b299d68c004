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

  /** The log has these messages: their files stay. */
  async confirmMessages(uses: readonly { messageId: string; mediaIds: readonly string[] }[]): Promise<void> {
    const pairs = uses.flatMap(({ messageId, mediaIds }) => mediaIds.map((mediaId) => ({ messageId, mediaId })));
    await this.database.query(
      `UPDATE media.files AS file SET confirmed_at = now() FROM unnest($1::uuid[], $2::uuid[]) AS told (message_id, id)
       WHERE file.id = told.id AND file.message_id = told.message_id AND file.state = 'attached' AND confirmed_at IS NULL`,
      [pairs.map(({ messageId }) => messageId), pairs.map(({ mediaId }) => mediaId)],
    );
  }

  /** The log tells which picture a person has now, if it is one of ours. Those before it go; one that is not told of yet stays. */
  async confirmAvatar(ownerId: string, id: string | undefined): Promise<void> {
    await this.database.transaction(async (transaction) => {
      await transaction.query(
        `UPDATE media.files SET confirmed_at = now() WHERE id = $2 AND owner_id = $1 AND is_avatar AND state = 'attached' AND confirmed_at IS NULL`,
        [ownerId, id ?? null],
      );
      await transaction.query(
        `UPDATE media.files SET state = 'removed', changed_at = now()
         WHERE owner_id = $1 AND is_avatar AND state = 'attached' AND confirmed_at IS NOT NULL AND id IS DISTINCT FROM $2`,
        [ownerId, id ?? null],
      );
    });
  }

  async removeOfMessages(messageIds: readonly string[]): Promise<void> {
    await this.database.query(
      `UPDATE media.files SET state = 'removed', changed_at = now() WHERE message_id = ANY($1::uuid[]) AND state = 'attached'`,
      [messageIds],
    );
  }
}
