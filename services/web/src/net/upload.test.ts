import { ParleyError } from '@parley/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mediaOf } from '@parley/client/testing';
import { NoAnswerError } from '@parley/client';
import { uploadFile } from './upload.js';

/** As much of the browser's request as an upload uses. */
class FakeRequest {
  readonly upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  status = 0;
  responseText = '';
  retryAfter: string | null = null;
  body: FormData | undefined;
  isAborted = false;
  readonly sent: string[] = [];
  open(method: string, path: string) {
    this.sent.push(`${method} ${path}`);
  }
  setRequestHeader(name: string, value: string) {
    this.sent.push(`${name}: ${value}`);
  }
  getResponseHeader() {
    return this.retryAfter;
  }
  send(body: FormData) {
    this.body = body;
  }
  abort() {
    this.isAborted = true;
  }
  answer(status: number, body: unknown) {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
  }
}

describe('uploadFile', () => {
  let request: FakeRequest;
  let stop: AbortController;
  const seen: number[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    request = new FakeRequest();
    stop = new AbortController();
    seen.length = 0;
  });
  afterEach(() => vi.useRealTimers());

  const start = (altText = '') =>
    uploadFile(() => request as unknown as XMLHttpRequest, {
      file: new File(['hello'], 'a.txt'),
      altText,
      token: 'secret',
      onProgress: (fraction) => seen.push(fraction),
      signal: stop.signal,
    });

  it('sends the form, tells how far it is, and answers what the server made of it', async () => {
    const uploaded = start('A greeting');
    expect(request.sent).toEqual(['POST /api/media', 'authorization: Bearer secret', 'accept: application/json']);
    expect([...request.body!.keys()]).toEqual(['altText', 'file']);
    request.upload.onprogress?.({ loaded: 1, total: 4 });
    request.upload.onprogress?.({ loaded: 4, total: 4 });
    request.answer(201, mediaOf(1));
    expect(await uploaded).toEqual(mediaOf(1));
    expect(seen).toEqual([0.25, 1]);
  });

  it('says what the server refused, and when to come back', async () => {
    request.retryAfter = '7';
    const uploaded = start();
    request.answer(429, { code: 'RATE_LIMITED', detail: 'Slowly.' });
    await expect(uploaded).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 7_000 });
  });

  it('takes an answer that is none of the server for no answer', async () => {
    const uploaded = start();
    request.answer(200, { portal: 'please log in' });
    await expect(uploaded).rejects.toThrow(ParleyError);
  });

  it('notices that the connection is gone', async () => {
    const uploaded = start();
    request.onerror?.();
    await expect(uploaded).rejects.toThrow(NoAnswerError);
  });

  it('gives up after a minute without a sign of life, not before', async () => {
    const uploaded = start();
    const outcome = expect(uploaded).rejects.toMatchObject({ reason: 'timeout' });
    await vi.advanceTimersByTimeAsync(59_000);
    request.upload.onprogress?.({ loaded: 1, total: 4 });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(request.isAborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    await outcome;
    expect(request.isAborted).toBe(true);
  });

  it('can be stopped, before and meanwhile', async () => {
    const uploaded = start();
    stop.abort(new Error('enough'));
    await expect(uploaded).rejects.toThrow('enough');
    expect(request.isAborted).toBe(true);
    await expect(start()).rejects.toThrow('enough');
  });
});
