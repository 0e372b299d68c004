import type { Readable } from 'node:stream';
import { ParleyError } from '@parley/contracts';
import busboy from 'busboy';
import type { Request } from 'express';

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Readable;
}

/** What is not a file is ignored, but not taken in without end. */
const LIMITS = { files: 4, fields: 16, parts: 20, fieldNameSize: 64, fieldSize: 1024, headerPairs: 20 };
/** How long a sender is heard out who is refused in the middle: one whose connection is cut never reads why (ms). */
const HEARING_OUT_MS = 10_000;

const wrong = (detail: string, cause?: unknown) => new ParleyError('VALIDATION_FAILED', { detail, cause });

/**
 * Reads a multipart form with a part `file` and perhaps a field `room`, before or after it. `store` gets the file as a stream
 * as soon as it begins, at the pace at which it stores it; its failure is the answer.
 */
export async function receiveUpload<T>(
  request: Request,
  store: (file: UploadedFile) => Promise<T>,
): Promise<{ room: string | undefined; stored: T }> {
  const form = openForm(request);
  const outcome = Promise.withResolvers<void>();
  let room: string | undefined;
  let bytes: Readable | undefined;
  let storing: Promise<T> | undefined;

  const fail = (error: ParleyError): void => {
    outcome.reject(error);
    bytes?.destroy(error);
  };
  form.on('field', (name, value) => {
    if (name === 'room' && value !== '') room = value;
  });
  form.on('file', (name, stream, { filename }) => {
    stream.on('error', () => undefined); // whoever reads it is told as well
    if (name !== 'file' || storing) {
      stream.resume();
      return;
    }
    bytes = stream;
    storing = store({ name: filename ?? 'file', bytes: stream });
    storing.catch(fail);
  });
  form.on('error', (error) => fail(wrong('The form is broken or incomplete.', error)));
  form.on('close', () => outcome.resolve());
  const onGone = () => request.complete || fail(wrong('The upload was broken off.'));
  request.on('close', onGone);

  request.pipe(form);
  try {
    await outcome.promise;
    if (!storing) throw wrong('file: is missing');
    return { room, stored: await storing };
  } catch (error) {
    request.unpipe(form);
    bytes?.destroy();
    await storing?.catch(() => undefined);
    hearOut(request);
    throw error;
  } finally {
    request.off('close', onGone);
  }
}

function openForm(request: Request): busboy.Busboy {
  try {
    return busboy({ headers: request.headers, limits: LIMITS, defParamCharset: 'utf8' });
  } catch (error) {
    throw wrong('Send the file as multipart/form-data.', error);
  }
}

function hearOut(request: Request): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), HEARING_OUT_MS).unref();
  request.on('error', () => undefined).once('close', () => clearTimeout(timer));
  request.resume();
}
