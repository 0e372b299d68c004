import { pipeline } from 'node:stream/promises';
import { ParleyError } from '@parley/contracts';
import type { Request, Response } from 'express';
import type { ReadableFile } from '../files/file-reader.js';
import { findMediaType } from '../types/media-types.js';
import { byteRange, type ByteRange } from './byte-range.js';

/** Nothing in a file may run, load or be framed; what shows a picture or plays a film by itself may do just that. */
const POLICY = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

/** Answers `GET` and `HEAD` of a file: whole, a part, or nothing when the reader has it. */
export async function sendFile(request: Request, response: Response, file: ReadableFile): Promise<void> {
  const etag = `"${file.version}"`;
  response.set({
    ETag: etag,
    'Accept-Ranges': 'bytes',
    // Kept by the reader alone, and asked for every time whether he may still read it.
    'Cache-Control': 'private, no-cache',
    'Content-Disposition': disposition(file),
    'Content-Security-Policy': POLICY,
    'Cross-Origin-Resource-Policy': 'same-site',
    'X-Content-Type-Options': 'nosniff',
  });
  response.vary('Cookie').vary('Authorization');
  if (isKnown(request.headers['if-none-match'], etag)) {
    response.status(304).end();
    return;
  }
  const ifRange = request.headers['if-range'];
  const range = ifRange === undefined || ifRange === etag ? rangeOf(request, response, file.size) : undefined;
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  if (range) response.status(206).setHeader('Content-Range', `bytes ${start}-${end}/${file.size}`);
  const type = findMediaType(file.type);
  const headers = {
    'Content-Type': type?.family === 'text' ? `${file.type}; charset=utf-8` : file.type,
    'Content-Length': end - start + 1,
  };
  if (request.method === 'HEAD') {
    response.set(mapToText(headers)).end();
    return;
  }
  const bytes = await file.open(range);
  response.set(mapToText(headers));
  // A reader who goes away, or a store that fails half-way: the connection is cut, and nobody is left to be told.
  await pipeline(bytes, response).catch(() => response.destroy());
}

const mapToText = (headers: Record<string, string | number>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

function rangeOf(request: Request, response: Response, size: number): ByteRange | undefined {
  try {
    return byteRange(request.headers.range, size);
  } catch (error) {
    if (error instanceof ParleyError) response.setHeader('Content-Range', `bytes */${size}`);
    throw error;
  }
}

/** RFC 6266: the name in full, and something like it for those who only read ASCII. */
function disposition({ name, type }: ReadableFile): string {
  const kind = findMediaType(type)?.isInline ? 'inline' : 'attachment';
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
