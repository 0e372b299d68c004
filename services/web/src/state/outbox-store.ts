import type { ErrorCode, Media } from '@parley/contracts';

/** A file of a message, as it was picked. */
export interface PendingFile {
  readonly key: string;
  readonly file: File;
  /** What a picture says to people who do not see it. */
  readonly altText: string;
  /** Once it is on the server. */
  readonly media?: Media;
}

/** A message that this person sent and whose arrival in the room was not seen yet. */
export interface OutboxEntry {
  /** Place in the queue, over all rooms and tabs. */
  readonly order: number;
  readonly clientMsgId: string;
  readonly roomId: string;
  readonly text: string;
  /** Files that are on the server already. Absent in entries of earlier versions. */
  readonly attachments?: readonly Media[];
  /** In the place of `attachments`, until all of them are on the server. */
  readonly files?: readonly PendingFile[];
  /** Id of the message that this one answers. */
  readonly replyTo?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** `queued`: not known to be accepted. `accepted`: durable on the server. `failed`: refused for good, people decide. */
  readonly state: 'queued' | 'accepted' | 'failed';
  readonly error?: { readonly code: ErrorCode; readonly message: string };
  /** ISO 8601 by the server's clock, once accepted. */
  readonly acceptedAt?: string;
}

export type NewOutboxEntry = Omit<OutboxEntry, 'order'>;

/** Where messages wait, so that neither a reload nor a crash of the browser loses one. Shared by all tabs. */
export interface OutboxStore {
  /** Puts it at the end of the queue. Resolves when it is safe. */
  add(entry: NewOutboxEntry): Promise<OutboxEntry>;
  /** Replaces the entry with the same `clientMsgId`; false when there is none any more. */
  update(entry: OutboxEntry): Promise<boolean>;
  find(clientMsgId: string): Promise<OutboxEntry | undefined>;
  firstQueued(roomId: string): Promise<OutboxEntry | undefined>;
  remove(clientMsgId: string): Promise<void>;
  /** In queue order. */
  all(): Promise<OutboxEntry[]>;
  clear(): Promise<void>;
  close(): void;
}
