import type { Media } from '@parley/contracts';

type FileState = 'pending' | 'ready' | 'attached' | 'removed';

/** A file as its table has it. */
export interface FileRow {
  readonly id: string;
  readonly ownerId: string;
  readonly state: FileState;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly sha256: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  readonly placeholder: string | null;
  readonly thumbnailSize: number | null;
  readonly altText: string | null;
  readonly roomId: string | null;
  readonly messageId: string | null;
  readonly isAvatar: boolean;
}

/** bigint comes as text; sizes stay far below 2^53. */
export const FILE_COLUMNS = `id, owner_id AS "ownerId", state, name, type, size::float8 AS size, sha256, width, height, duration_ms AS "durationMs",
  placeholder, thumbnail_size AS "thumbnailSize", alt_text AS "altText", room_id AS "roomId", message_id AS "messageId", is_avatar AS "isAvatar"`;

/** Where the bytes are in the object store; spread over folders, which some stores list whole. */
export const fileKey = (id: string): string => `media/${id.slice(-2)}/${id}`;
export const thumbnailKey = (id: string): string => `thumbnails/${id.slice(-2)}/${id}`;

/** What clients are told of a file. */
export function toMedia(row: FileRow): Media {
  const { id, name, type, size, width, height, durationMs, placeholder, thumbnailSize, altText } = row;
  return {
    id,
    name,
    type,
    size,
    ...(width === null ? {} : { width }),
    ...(height === null ? {} : { height }),
    ...(durationMs === null ? {} : { durationMs }),
    ...(placeholder === null ? {} : { placeholder }),
    url: `/api/media/${id}/${encodeURIComponent(name)}`,
    ...(thumbnailSize === null ? {} : { thumbnailUrl: `/api/media/${id}/thumbnail` }),
    ...(altText === null ? {} : { altText }),
  };
}
