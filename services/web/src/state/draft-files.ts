import { LIMITS, MEDIA_MAX_BYTES_DEFAULT, ParleyError, type Media } from '@parley/contracts';
import { v7 as uuidv7 } from 'uuid';
import { type Exclusive, NoAnswerError, type Random, halfJitterMs } from '@parley/client';
import type { Upload } from '../net/upload.js';
import { t } from '../texts/texts.js';
import { byKey, draftOf, failed, isOnServer, type DraftFile } from './draft-file.js';
import type { StoredFile } from './draft-store.js';
import type { KeptFiles } from './kept-files.js';
import type { PendingFile } from './outbox-store.js';
import { Store } from './store.js';
import { isFinalFailure, tooLargeText, uploadFailureText } from './upload-failure.js';

export interface DraftFilesOptions {
  readonly upload: (upload: Omit<Upload, 'token'>) => Promise<Media>;
  readonly remove: (mediaId: string) => Promise<unknown>;
  readonly random: Random;
  readonly kept: KeptFiles;
  readonly exclusive: Exclusive;
}

const PARALLEL = 3;
/** What the server asks to repeat is repeated this often without bothering anybody. */
const QUIET_REPEATS = 5;

type Drafts = ReadonlyMap<string, readonly DraftFile[]>;

/**
 * Files on their way to the server, per room, from the moment they are picked: by the time the message is written they
 * are there. They stay with their room when people look at another one, and all tabs of the device have them: whichever
 * comes first uploads a file, and when it is closed another one goes on.
 */
export class DraftFiles {
  readonly store = new Store<Drafts>(new Map());
  bytesMax = MEDIA_MAX_BYTES_DEFAULT;
  private readonly running = new Map<string, AbortController>();
  private readonly waits = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly repeats = new Map<string, number>();
  private isOnline = true;
  private isDisposed = false;

  constructor(private readonly options: DraftFilesOptions) {
    options.kept.listen((key, file) => (file ? this.follow(file) : this.dropOf(key)));
  }

  /** What was picked on an earlier page is there again. */
  async start(): Promise<void> {
    for (const stored of await this.options.kept.all()) {
      if (this.isDisposed) return;
      this.follow(stored);
    }
  }

  /** Without a connection files wait; with one they go. */
  setOnline(isOnline: boolean): void {
    this.isOnline = isOnline;
    this.pump();
  }

  of(roomId: string): readonly DraftFile[] {
    return this.store.get().get(roomId) ?? NONE;
  }

  /** How many were left out, because a message cannot carry more. */
  add(roomId: string, files: readonly File[]): number {
    const room = Math.max(0, LIMITS.attachmentsMax - this.of(roomId).length);
    const added = files.slice(0, room).map((file) => this.pickedOf(file));
    this.set(roomId, [...this.of(roomId), ...added]);
    for (const draft of added) if (draft.state !== 'failed') void this.options.kept.keep(roomId, draft);
    this.pump();
    return files.length - added.length;
  }

  /** Stops its upload, or takes it off the server again. */
  remove(roomId: string, key: string): void {
    const draft = this.find(roomId, key);
    this.set(
      roomId,
      this.of(roomId).filter((each) => each.key !== key),
    );
    this.forget(key);
    void this.options.kept.remove(key);
    if (draft?.media) this.discard(draft.media);
    this.pump();
  }

  retry(roomId: string, key: string): void {
    const draft = this.find(roomId, key);
    if (draft?.state !== 'failed' || !draft.canRetry) return;
    this.repeats.delete(key);
    this.restart(roomId, draft, draft.altText);
  }

  /** What a picture says to people who do not see it. It goes along with the file, so the file goes once more. */
  describe(roomId: string, key: string, altText: string): void {
    const draft = this.find(roomId, key);
    if (!draft || draft.altText === altText) return;
    this.forget(key);
    if (draft.media) this.discard(draft.media);
    this.restart(roomId, draft, altText);
  }

  /** The files of a message that is sent now; undefined while one is missing. */
  take(roomId: string): Media[] | undefined {
    const media = this.of(roomId).map((draft) => draft.media);
    if (!media.every((each) => each !== undefined)) return undefined;
    this.leave(roomId);
    return media;
  }

  /** The files of a message that waits for a connection: they go with it. Undefined while one cannot be sent at all. */
  takeForLater(roomId: string): PendingFile[] | undefined {
    const drafts = this.of(roomId);
    if (drafts.some(({ state }) => state === 'failed')) return undefined;
    for (const { key } of drafts) this.forget(key);
    this.leave(roomId);
    return drafts.map(({ key, file, altText, media }) => ({ key, file, altText, ...(media ? { media } : {}) }));
  }

  dispose(): void {
    this.isDisposed = true;
    const running = [...this.running.values()];
    this.running.clear();
    for (const controller of running) controller.abort(new Error('the page closes'));
    for (const timer of this.waits.values()) clearTimeout(timer);
    this.options.kept.close();
  }

  private pickedOf(file: File): DraftFile {
    const draft: DraftFile = { key: uuidv7(), file, altText: '', state: 'waiting', progress: 0 };
    if (file.size > this.bytesMax) return failed(draft, tooLargeText(this.bytesMax), false);
    return file.size === 0 ? failed(draft, t('attachments.empty'), false) : draft;
  }

  private restart(roomId: string, { key, file }: DraftFile, altText: string): void {
    const draft: DraftFile = { key, file, altText, state: 'waiting', progress: 0 };
    void this.options.kept.keep(roomId, draft);
    this.change(roomId, key, () => draft);
    this.pump();
  }

  /** Starts as many as may run at once, oldest first. */
  private pump(): void {
    if (this.isDisposed || !this.isOnline) return;
    for (const [roomId, drafts] of this.store.get())
      for (const draft of drafts) {
        if (this.running.size >= PARALLEL) return;
        if (draft.state === 'waiting' && !this.waits.has(draft.key) && !this.running.has(draft.key)) void this.run(roomId, draft);
      }
  }

  private async run(roomId: string, draft: DraftFile): Promise<void> {
    const { key } = draft;
    const controller = new AbortController();
    this.running.set(key, controller);
    this.change(roomId, key, (known) => ({ ...known, state: 'uploading' }));
    try {
      await this.options.exclusive.run(`parley:file:${key}`, () => this.upload(roomId, draft, controller.signal));
    } catch (error) {
      if (!controller.signal.aborted) this.fail(roomId, key, error);
    } finally {
      if (this.running.get(key) === controller) this.running.delete(key);
      this.pump();
    }
  }

  /** @param signal aborted when nobody wants it any more */
  private async upload(roomId: string, { key, file, altText }: DraftFile, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const stored = await this.options.kept.find(key);
    if (signal.aborted) return;
    // Another tab may have been at it before this one's turn came.
    if (stored?.altText === altText && isOnServer(stored)) return this.change(roomId, key, () => draftOf(stored));
    const onProgress = (progress: number) => {
      if (!signal.aborted) this.change(roomId, key, (draft) => ({ ...draft, progress }));
    };
    const media = await this.options.upload({ file, altText, onProgress, signal });
    if (signal.aborted) return this.discard(media);
    const ready: DraftFile = { key, file, altText, state: 'ready', progress: 1, media };
    this.change(roomId, key, () => ready);
    await this.options.kept.keep(roomId, ready);
  }

  private fail(roomId: string, key: string, error: unknown): void {
    // It waits for the next connection.
    if (error instanceof NoAnswerError && !this.isOnline)
      return this.change(roomId, key, (draft) => ({ ...draft, state: 'waiting', progress: 0 }));
    const repeats = this.repeats.get(key) ?? 0;
    if (error instanceof ParleyError && error.isRetryable && repeats < QUIET_REPEATS) {
      this.repeats.set(key, repeats + 1);
      this.change(roomId, key, (draft) => ({ ...draft, state: 'waiting', progress: 0 }));
      const waitMs = Math.max(error.retryAfterMs ?? 0, halfJitterMs(repeats, this.options.random));
      const timer = setTimeout(() => {
        this.waits.delete(key);
        this.pump();
      }, waitMs);
      this.waits.set(key, timer);
      return;
    }
    if (!(error instanceof ParleyError || error instanceof NoAnswerError)) console.warn('a file could not be uploaded', error);
    this.change(roomId, key, (draft) => failed(draft, uploadFailureText(error, this.bytesMax), !isFinalFailure(error)));
  }

  private forget(key: string): void {
    const controller = this.running.get(key);
    this.running.delete(key);
    controller?.abort(new Error('removed'));
    clearTimeout(this.waits.get(key));
    this.waits.delete(key);
    this.repeats.delete(key);
  }

  /** What is not taken off now the server sweeps away by itself. */
  private discard(media: Media): void {
    this.options.remove(media.id).catch(() => undefined);
  }

  /** They are a message now, or a part of one. */
  private leave(roomId: string): void {
    for (const { key } of this.of(roomId)) void this.options.kept.remove(key);
    this.set(roomId, NONE);
  }

  /** How a file stands by another tab, or by an earlier page. */
  private follow(stored: StoredFile): void {
    const { key, roomId } = stored;
    const known = this.find(roomId, key);
    if (!known && this.of(roomId).length >= LIMITS.attachmentsMax) return;
    const draft = draftOf(stored);
    if (!known) this.set(roomId, [...this.of(roomId), draft].sort(byKey));
    else if (known.altText !== draft.altText || (draft.media && known.media?.id !== draft.media.id)) {
      this.forget(key);
      this.change(roomId, key, () => draft);
    }
    this.pump();
  }

  /** Another tab sent it, or took it away. */
  private dropOf(key: string): void {
    for (const [roomId, drafts] of this.store.get()) {
      if (!drafts.some((draft) => draft.key === key)) continue;
      this.forget(key);
      this.set(
        roomId,
        drafts.filter((draft) => draft.key !== key),
      );
    }
  }

  private find(roomId: string, key: string): DraftFile | undefined {
    return this.of(roomId).find((draft) => draft.key === key);
  }

  private change(roomId: string, key: string, change: (draft: DraftFile) => DraftFile): void {
    this.set(
      roomId,
      this.of(roomId).map((draft) => (draft.key === key ? change(draft) : draft)),
    );
  }

  private set(roomId: string, drafts: readonly DraftFile[]): void {
    const next = new Map(this.store.get());
    if (drafts.length === 0) next.delete(roomId);
    else next.set(roomId, drafts);
    this.store.set(next);
  }
}

const NONE: readonly DraftFile[] = [];
