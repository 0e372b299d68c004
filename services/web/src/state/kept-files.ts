import type { TabChannel } from '@parley/client';
import type { DraftFile } from './draft-file.js';
import type { DraftStore, StoredFile } from './draft-store.js';

/** A file that came, was changed, or is gone: then `file` is undefined. */
type Listener = (key: string, file: StoredFile | undefined) => void;

/**
 * What was picked and is not sent, as all tabs of this device have it: it outlives each of them. Tabs tell each other
 * only which file is meant; how it stands everyone reads for himself, so what is told late or twice does no harm.
 */
export class KeptFiles {
  constructor(
    private readonly store: Pick<DraftStore, 'files' | 'file' | 'putFile' | 'removeFile'>,
    private readonly channel: TabChannel<string>,
  ) {}

  all(): Promise<StoredFile[]> {
    return this.store.files();
  }

  /** How it stands by now; undefined when it is gone, or nothing can be kept. */
  async find(key: string): Promise<StoredFile | undefined> {
    try {
      return await this.store.file(key);
    } catch (error) {
      console.warn('a file that was picked cannot be read', error);
      return undefined;
    }
  }

  /** @param listener hears of what other tabs did */
  listen(listener: Listener): void {
    this.channel.listen((key) => void this.find(key).then((file) => listener(key, file)));
  }

  /** Resolves when the other tabs may know. What cannot be kept is only a reload's loss. */
  async keep(roomId: string, { key, file, altText, media }: DraftFile): Promise<void> {
    try {
      await this.store.putFile({ key, roomId, file, altText, ...(media ? { media } : {}), storedAtMs: Date.now() });
      this.channel.post(key);
    } catch (error) {
      console.warn('a file that was picked does not survive a reload', error);
    }
  }

  async remove(key: string): Promise<void> {
    try {
      await this.store.removeFile(key);
      this.channel.post(key);
    } catch (error) {
      console.warn('a file that was picked stays on this device', error);
    }
  }

  close(): void {
    this.channel.close();
  }
}
