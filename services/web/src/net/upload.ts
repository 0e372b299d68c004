import type { Media } from '@parley/contracts';
import { NoAnswerError, readAnswer } from '@parley/client';

/** `fetch` does not tell how far an upload is. */
export type OpenRequest = () => XMLHttpRequest;

export interface Upload {
  readonly file: File;
  /** What the picture says to people who do not see it. */
  readonly altText: string;
  readonly token: string;
  /** From 0 to 1. */
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/** Without a sign of life for this long the connection is dead, or the server is. */
const SILENCE_MS = 60_000;

/**
 * Sends one file.
 * @throws ParleyError what the server refused; NoAnswerError when it did not answer; the signal's reason when it was stopped
 */
export function uploadFile(openRequest: OpenRequest, { file, altText, token, onProgress, signal }: Upload): Promise<Media> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const request = openRequest();
    let silence: ReturnType<typeof setTimeout> | undefined;
    const settle = (finish: () => void) => {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
      finish();
    };
    const stop = () => {
      request.abort();
      settle(() => reject(signal.reason as Error));
    };
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        request.abort();
        settle(() => reject(new NoAnswerError('timeout')));
      }, SILENCE_MS);
    };
    signal.addEventListener('abort', stop);
    request.upload.onprogress = ({ loaded, total }) => {
      listen();
      onProgress(total > 0 ? loaded / total : 0);
    };
    request.onerror = () => settle(() => reject(new NoAnswerError('lost')));
    request.onload = () =>
      settle(() => {
        try {
          resolve(readAnswer('POST /api/media', request.status, request.responseText, request.getResponseHeader('retry-after')));
        } catch (error) {
          reject(error as Error);
        }
      });
    const form = new FormData();
    // Before the file: the server reads the form as it comes.
    if (altText !== '') form.append('altText', altText);
    form.append('file', file, file.name);
    request.open('POST', '/api/media');
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('accept', 'application/json');
    listen();
    request.send(form);
  });
}
