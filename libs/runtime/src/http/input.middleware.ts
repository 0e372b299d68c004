import { ParleyError } from '@parley/contracts';
import express, { type NextFunction, type Request, type Response } from 'express';
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

const BODY_BYTES_MAX = 256 * 1024;
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?utf-8"?\s*(?:;|$))/i;

/**
 * JSON bodies, and only what says that it is JSON: a form of another web site can send `text/plain` without asking.
 * Uncompressed, because 256 KiB can unpack to anything.
 */
export const jsonBody = express.json({ limit: BODY_BYTES_MAX, type: isJson, inflate: false, verify: assertUtf8 });

const FORM_BYTES_MAX = 16 * 1024;

/** HTML forms; for the few routes that take them. */
export const formBody = express.urlencoded({ extended: false, limit: FORM_BYTES_MAX, inflate: false, parameterLimit: 20 });

function isJson({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? '';
  return JSON_TYPE.test(type) && !OTHER_CHARSET.test(type);
}

/** Broken characters would be replaced in silence, and something else stored than was sent. */
function assertUtf8(_request: IncomingMessage, _response: unknown, bytes: Buffer): void {
  if (!isUtf8(bytes)) throw Object.assign(new Error('not UTF-8'), { status: 400, type: 'charset.unsupported' });
}

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
