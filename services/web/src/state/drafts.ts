import { LIMITS, codePoints, isBlank, type Draft, type DraftsAnswer, type SetDraftRequest } from '@parley/contracts';
import { type Random, type TabChannel, halfJitterMs, isRetryable } from '@parley/client';
import type { DraftStore, LocalDraft } from './draft-store.js';
import { Store } from './store.js';

export interface DraftsOptions {
  readonly store: DraftStore;
  readonly channel: TabChannel<LocalDraft>;
  readonly list: () => Promise<DraftsAnswer>;
  readonly save: (roomId: string, draft: SetDraftRequest) => Promise<Draft>;
  readonly random: Random;
}

type DraftMap = ReadonlyMap<string, LocalDraft>;

/** A pause in the typing: long enough that a word is one call, short enough that the other device has it at once. */
const SAVE_AFTER_MS = 1_000;

/**
 * What somebody began to write, per room: on screen at once, in all tabs, on this device while it is offline, and on
 * the server for the others. Who wrote last wins; the server's revision says who that was.
 */
export class Drafts {
  readonly store = new Store<DraftMap>(new Map());
  /** Rooms in which something is begun; changes when one is added or taken away, not with every letter. */
  readonly begun = new Store<ReadonlySet<string>>(new Set());
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly saving = new Set<string>();
  private attempts = 0;
  private isOnline = false;
  private isDisposed = false;

  constructor(private readonly options: DraftsOptions) {
    options.channel.listen((draft) => this.take(draft));
  }

  of(roomId: string): LocalDraft | undefined {
    return this.store.get().get(roomId);
  }

  /** What an earlier page left behind. */
  async start(): Promise<void> {
    for (const draft of await this.options.store.all()) if (!this.of(draft.roomId)) this.show(draft);
    if (this.isOnline) await this.catchUp();
  }

  async setOnline(isOnline: boolean): Promise<void> {
    this.isOnline = isOnline;
    if (isOnline) await this.catchUp();
  }

  /** Somebody writes here. An empty text ends the draft. */
  edit(roomId: string, text: string, replyTo: string | null): void {
    const known = this.of(roomId);
    if (!known && text === '' && replyTo === null) return;
    if (known?.text === text && known.replyTo === replyTo) return;
    const draft = { roomId, text, replyTo, updatedAt: timeAfter(known), rev: known?.rev ?? 0, isUnsaved: true };
    this.keep(draft);
    this.options.channel.post(draft);
    // What was sent must not come back on the other device.
    this.saveSoon(roomId, text === '' ? 0 : SAVE_AFTER_MS);
  }

  end(roomId: string): void {
    this.edit(roomId, '', null);
  }

  /** The server's word, about what any device wrote. */
  applyChange({ roomId, text, replyTo, updatedAt, rev }: Draft): void {
    const known = this.of(roomId);
    if (known && (rev <= known.rev || (known.isUnsaved && known.updatedAt > updatedAt))) return;
    this.keep({ roomId, text, replyTo, updatedAt, rev, isUnsaved: false });
  }

  async clear(): Promise<void> {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.store.set(new Map());
    this.begun.set(new Set());
    await this.options.store.clear();
  }

  dispose(): void {
    this.isDisposed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.options.channel.close();
    this.options.store.close();
  }

  /** Asks what other devices wrote, and saves what is not saved yet. */
  async catchUp(): Promise<void> {
    try {
      const { drafts } = await this.options.list();
      if (this.isDisposed) return;
      const listed = new Set(drafts.map(({ roomId }) => roomId));
      for (const draft of drafts) this.applyChange(draft);
      // Saved once and not listed any more: ended on another device.
      for (const draft of this.store.get().values())
        if (!listed.has(draft.roomId) && !draft.isUnsaved && draft.text !== '') this.keep({ ...draft, text: '', replyTo: null });
    } catch (error) {
      // The next connection asks again.
      if (!isRetryable(error)) console.warn('drafts cannot be read', error);
    }
    for (const draft of this.store.get().values()) if (draft.isUnsaved) this.saveSoon(draft.roomId, 0);
  }

  private saveSoon(roomId: string, afterMs: number): void {
    clearTimeout(this.timers.get(roomId));
    if (this.isDisposed) return;
    const timer = setTimeout(() => {
      this.timers.delete(roomId);
      void this.save(roomId);
    }, afterMs);
    this.timers.set(roomId, timer);
  }

  private async save(roomId: string): Promise<void> {
    const draft = this.of(roomId);
    // What is longer than the server keeps waits on this device until it is cut.
    if (!draft?.isUnsaved || !this.isOnline || this.saving.has(roomId) || codePoints(draft.text) > LIMITS.draftMax) return;
    this.saving.add(roomId);
    try {
      const saved = await this.options.save(roomId, { text: draft.text, replyTo: draft.replyTo, updatedAt: draft.updatedAt });
      this.attempts = 0;
      const now = this.of(roomId);
      if (now?.updatedAt !== draft.updatedAt) return this.saveSoon(roomId, SAVE_AFTER_MS);
      // Without a text there may be nothing to keep for the server; what is to be answered is shown here all the same.
      const replyTo = saved.text === '' && draft.text === '' ? draft.replyTo : saved.replyTo;
      this.keep({ roomId, text: saved.text, replyTo, updatedAt: saved.updatedAt, rev: saved.rev, isUnsaved: false });
    } catch (error) {
      if (isRetryable(error)) this.saveSoon(roomId, Math.max(SAVE_AFTER_MS, halfJitterMs((this.attempts += 1), this.options.random)));
      // Otherwise the room is gone, or nothing can be kept there: it stays on this device.
    } finally {
      this.saving.delete(roomId);
    }
  }

  /** Another tab wrote it, and saves it. */
  private take(draft: LocalDraft): void {
    const known = this.of(draft.roomId);
    if (!known || known.updatedAt <= draft.updatedAt) this.show(draft);
  }

  private keep(draft: LocalDraft): void {
    this.show(draft);
    this.options.store.put(draft).catch((error: unknown) => console.warn('a draft cannot be kept on this device', error));
  }

  private show(draft: LocalDraft): void {
    this.store.update((drafts) => new Map(drafts).set(draft.roomId, draft));
    const isBegun = !isBlank(draft.text);
    if (isBegun === this.begun.get().has(draft.roomId)) return;
    this.begun.update((begun) => new Set(isBegun ? [...begun, draft.roomId] : [...begun].filter((roomId) => roomId !== draft.roomId)));
  }
}

/** Now; but later than what it replaces, whose writer's clock may be ahead: who has seen a draft and goes on writing has the last word. */
function timeAfter(known: LocalDraft | undefined): string {
  return new Date(Math.max(Date.now(), known ? Date.parse(known.updatedAt) + 1 : 0)).toISOString();
}
