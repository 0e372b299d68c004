import { MessagesDatabase, messagesSchema } from '../db/messages.database.js';
import { SearchIndexRepository, type MessagePlace } from './search-index.repository.js';
import { SpellingList } from './spelling-list.js';

/** Messages in one transaction: whoever follows the log waits for it meanwhile. */
const AT_ONCE = 500;
const BEFORE_ALL: MessagePlace = { roomId: '00000000-0000-0000-0000-000000000000', seq: 0 };

export interface RebuildOptions {
  readonly databaseUrl: string;
  /** Messages looked at so far, and about how many there are. */
  readonly onProgress: (checked: number, total: number) => void;
  /** Stops between two batches; the next run begins again, and passes quickly over what is in order. */
  readonly signal?: AbortSignal;
}

/** Brings the whole search index in line with the stored messages, while the services run or not. Answers how many it looked at. */
export async function rebuildSearch({ databaseUrl, onProgress, signal }: RebuildOptions): Promise<number> {
  const database = new MessagesDatabase({ url: databaseUrl, poolSize: 1, applicationName: 'parley-reindex' }, messagesSchema);
  await database.open();
  try {
    const index = new SearchIndexRepository(database, new SpellingList());
    const total = await index.countMessages();
    let checked = 0;
    for (let after: MessagePlace | undefined = BEFORE_ALL; after !== undefined;) {
      signal?.throwIfAborted();
      const batch = await index.refreshBehind(after, AT_ONCE);
      checked += batch.checked;
      onProgress(checked, Math.max(total, checked));
      after = batch.last;
    }
    // Without it the first searches clean up after the rebuild, and do not know how large the index is.
    await database.query('VACUUM (ANALYZE) messages.search_entries');
    await database.query('VACUUM (ANALYZE) messages.search_words');
    return checked;
  } finally {
    await database.close();
  }
}
