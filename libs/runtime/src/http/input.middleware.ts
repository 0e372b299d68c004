import { ParleyError } from '@parley/contracts';
import express, { type NextFunction, type Request, type Response } from 'express';

const BODY_BYTES_MAX = 256 * 1024;

/**
 * JSON bodies, and only what says that it is JSON: a form of another web site can send `text/plain` without asking.
 * Uncompressed, because 256 KiB can unpack to anything.
 */
export const jsonBody = express.json({ limit: BODY_BYTES_MAX, type: 'application/json', inflate: false });

/** No body at all is the same as an empty one, so that a schema names the missing fields and optional ones stay optional. */
export function emptyBody(request: Request, _response: Response, next: NextFunction): void {
  const { 'content-length': length = '0', 'transfer-encoding': transfer } = request.headers;
  if (request.body === undefined && transfer === undefined && Number(length) === 0) request.body = {};
  next();
}

/** Express decodes only the parts that a route names; an address that cannot be decoded is wrong everywhere. */
export function decodableAddress(request: Request, _response: Response, next: NextFunction): void {
  try {
    decodeURIComponent(request.path);
  } catch (cause) {
    throw new ParleyError('VALIDATION_FAILED', { detail: 'The address has a broken percent-encoding.', cause });
  }
  next();
}
