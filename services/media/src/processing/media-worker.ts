/**
 * A process of its own, started by `WorkerProcess`: it decodes what strangers send. Whatever that does to it, the service only
 * loses this process. It imports packages only, so that it also runs from source.
 */
import os from 'node:os';
import sharp, { type Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';

interface ImageJob {
  readonly kind: 'image';
  readonly path: string;
  readonly type: string;
  readonly output: string;
  readonly thumbnail: string;
  readonly pixelsMax: number;
  readonly framesMax: number;
}

interface TimedJob {
  readonly kind: 'timed';
  readonly path: string;
  readonly type: string;
}

export interface ImageResult {
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly placeholder: string;
}

export interface TimedResult {
  readonly durationMs: number | undefined;
}

export type WorkerJob = ImageJob | TimedJob;
export type WorkerAnswer = { readonly result: ImageResult | TimedResult } | { readonly fault: string };

const THUMBNAIL_SIDE = 640;
const PLACEHOLDER_SIDE = 100;
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}File`);
const ANIMATED = new Set(['image/gif', 'image/webp']);

os.setPriority(10); // people who chat come first
sharp.cache(false);
sharp.concurrency(1);
// Besides the five formats nothing is ever decoded, whatever the bytes pretend to be.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });

process.on('message', (job: WorkerJob) => {
  (job.kind === 'image' ? encodeImage(job) : readDuration(job)).then(
    (result) => answer({ result }),
    (error: unknown) => answer({ fault: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

function answer(message: WorkerAnswer): void {
  process.send?.(message);
}

async function encodeImage({ path, type, output, thumbnail, pixelsMax, framesMax }: ImageJob): Promise<ImageResult> {
  const options = { limitInputPixels: pixelsMax, failOn: 'error', sequentialRead: true } as const;
  const { pages: frames = 1 } = await sharp(path, options).metadata();
  if (frames > framesMax) throw new Error(`${frames} frames are too many`);
  const isAnimated = frames > 1 && ANIMATED.has(type);
  const source = isAnimated ? sharp(path, { ...options, animated: true }) : sharp(path, options).autoOrient();
  const written = await encoded(source, type).toFile(output);

  const still = () => sharp(path, options).autoOrient();
  const small = { fit: 'inside', withoutEnlargement: true } as const;
  await still().resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, small).webp({ quality: 75, effort: 2 }).toFile(thumbnail);
  const { data, info } = await sharp(thumbnail, { unlimited: false })
    .resize(PLACEHOLDER_SIDE, PLACEHOLDER_SIDE, small)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    type: servedType(type),
    width: written.width,
    height: written.pageHeight ?? written.height,
    placeholder: Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64'),
  };
}

/** Avif takes seconds to encode and nothing shows it that does not show webp. */
const servedType = (type: string): string => (type === 'image/avif' ? 'image/webp' : type);

function encoded(image: Sharp, type: string): Sharp {
  switch (servedType(type)) {
    case 'image/jpeg':
      return image.jpeg({ quality: 86 });
    case 'image/png':
      return image.png({ compressionLevel: 6 });
    case 'image/gif':
      return image.gif({ effort: 3 });
    default:
      return image.webp({ quality: 86, effort: 2 });
  }
}

async function readDuration({ path, type }: TimedJob): Promise<TimedResult> {
  const { parseFile } = await import('music-metadata');
  const { format } = await parseFile(path, { duration: type === 'audio/mpeg', skipCovers: true, skipPostHeaders: true });
  const seconds = format.duration;
  return { durationMs: seconds !== undefined && Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) : undefined };
}
