import type { Readable } from 'node:stream';
import { ParleyError, UploadFields, validationError } from '@parley/contracts';
import busboy from 'busboy';
import type { Request } from 'express';

interface FormFile {
  /** As the sender called it, without folders. */
  readonly name: string;
  readonly bytes: Readable;
}

export interface FormOptions<T> {
  /** Begins with the file as soon as the file begins. */
  readonly take: (file: FormFile) => Promise<T>;
  /** The rest of the form is wrong: what was taken goes again. */
  readonly undo: (taken: T) => Promise<void>;
  /** A sender who brings less than 16 KiB in this time is sent away. */
  readonly stallMs: number;
}

const STALL_BYTES = 16 * 1024;
const LIMITS = { files: 1, fields: 4, parts: 5, fieldNameSize: 64, fieldSize: 8 * 1024, headerPairs: 20 };

const wrong = (detail: string, cause?: unknown) => new ParleyError('VALIDATION_FAILED', { detail, cause });

/**
 * Reads a multipart form with one part `file`, as a stream, at the pace of the sender and of `take`. Rejects only when `take` has ended, so that whatever it began is undone before anybody is answered.
 */
export async function receiveForm<T>(
  request: Request,
  { take, undo, stallMs }: FormOptions<T>,
): Promise<{ fields: UploadFields; taken: T }> {
  const form = openForm(request);
  const outcome = Promise.withResolvers<void>();
  const fields = new Map<string, string>();
  let bytes: Readable | undefined;
  let taking: Promise<T> | undefined;

  const fail = (error: ParleyError): void => {
    outcome.reject(error);
    bytes?.destroy(error);
  };
  form.on('field', (name, value, { nameTruncated, valueTruncated }) => {
    if (nameTruncated || valueTruncated || fields.has(name)) fail(wrong(`${name}: is too long or there twice`));
    fields.set(name, value);
  });
  form.on('file', (name, stream, { filename }) => {
    stream.on('error', () => undefined); // whoever reads it is told as well
    if (name !== 'file') {
      stream.resume();
      fail(wrong(`${name}: is not known here; send the file as "file"`));
      return;
    }
    bytes = stream;
    taking = take({ name: filename ?? '', bytes: stream });
    taking.catch((error: ParleyError) => outcome.reject(error));
  });
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) form.on(limit, () => fail(wrong('There are too many parts.')));
  form.on('error', (error) => fail(wrong('The form is broken or incomplete.', error)));
  form.on('close', () => outcome.resolve());
  const onGone = () => request.complete || fail(wrong('The upload was broken off.'));
  request.on('close', onGone);
  const pace = watchPace(request, stallMs, () => fail(wrong('The upload stalled.')));

  request.pipe(form);
  try {
    await outcome.promise;
    if (!taking) throw wrong('file: is missing');
    return { fields: parseFields(fields), taken: await taking };
  } catch (error) {
    request.unpipe(form);
    bytes?.destroy();
    await taking?.then(undo, () => undefined);
    throw error;
  } finally {
    clearInterval(pace);
    request.off('close', onGone);
  }
}

function openForm(request: Request): busboy.Busboy {
  if (!/^multipart\/form-data\s*;/i.test(request.headers['content-type'] ?? '')) throw wrong('Send the file as multipart/form-data.');
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') throw wrong('The body must not be compressed.');
  try {
    return busboy({ headers: request.headers, limits: LIMITS, defParamCharset: 'utf8' });
  } catch (error) {
    throw wrong('The form is broken or incomplete.', error);
  }
}

/** While it is us who do not keep up, nobody is to blame. */
function watchPace(request: Request, stallMs: number, onStall: () => void): NodeJS.Timeout {
  let before = request.socket.bytesRead;
  return setInterval(() => {
    const { bytesRead } = request.socket;
    if (!request.complete && !request.isPaused() && bytesRead - before < STALL_BYTES) onStall();
    before = bytesRead;
  }, stallMs);
}

function parseFields(fields: ReadonlyMap<string, string>): UploadFields {
  const parsed = UploadFields.safeParse(Object.fromEntries(fields));
  if (!parsed.success) throw validationError(parsed.error.issues);
  return parsed.data;
}
