import { defineConfig } from '@parley/runtime';
import { z } from 'zod';
import { MEDIA_TYPE_NAMES } from './types/media-types.js';

const whole = (least: number) =>
  z.coerce.number('must be a whole number').int('must be a whole number').min(least, `must be at least ${least}`);

const TypeList = z
  .string()
  .default(MEDIA_TYPE_NAMES.join(','))
  .transform((text) => new Set(text.split(',').map((part) => part.trim())))
  .refine(
    (types) => types.size > 0 && [...types].every((type) => MEDIA_TYPE_NAMES.includes(type)),
    `must be a list of some of ${MEDIA_TYPE_NAMES.join(', ')}`,
  );

export const mediaConfig = defineConfig(
  'PARLEY_MEDIA_',
  z.object({
    /** Which types may be uploaded. It can be narrowed, not widened: each type that is served was looked at. */
    TYPES: TypeList,
    /** What one person may keep, in bytes; 0 is no limit. */
    QUOTA_BYTES: whole(0).default(2 * 1024 ** 3),
    /** Uploads that a process receives at a time; more are answered BUSY. */
    UPLOADS_MAX: whole(1).default(64),
    /** Processes that decode images, one image each at a time. */
    WORKERS: whole(1).default(1),
    /** Files that may wait for one of them; more are answered BUSY. */
    WORKERS_QUEUE: whole(0).default(100),
    /** All frames of an image together. */
    PIXELS_MAX: whole(1).default(50_000_000),
    /** Frames of an animated image. */
    FRAMES_MAX: whole(1).default(1_000),
    /** An image that takes longer is unreadable. */
    DECODE_MS: whole(100).default(20_000),
    /** An upload must bring 16 KiB in this time. */
    STALL_MS: whole(10).default(20_000),
    /** How often what is left over is removed. */
    SWEEP_MS: whole(10).default(60_000),
    /** An upload that has not ended by then never will. */
    PENDING_MS: whole(1_000).default(3_600_000),
    /** A file that nobody has attached by then goes. */
    UNUSED_MS: whole(1_000).default(24 * 3_600_000),
    /** A file whose message has not reached the log by then is free again. */
    RESERVED_MS: whole(1_000).default(3_600_000),
  }),
);
