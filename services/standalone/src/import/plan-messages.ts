import { statSync } from 'node:fs';
import { LIMITS, StorableText, firstCodePoints, isBlank } from '@parley/contracts';
import { importedClientMsgId } from './import-ids.js';
import type { ImportOptions } from './import-options.js';
import type { Finding, ImportReport } from './import-report.js';
import type { PlannedPeople } from './plan-people.js';
import type { PlannedPlace, PlannedPlaces } from './plan-places.js';
import type { FieldOf, MappedTable } from './source-tables.js';
import { parseSourceTime } from './source-time.js';
import type { SourceRow, SqliteSource } from './sqlite-source.js';

export interface PlannedMessage {
  readonly place: PlannedPlace;
  readonly senderId: string;
  readonly clientMsgId: string;
  readonly text: string;
  readonly createdAt: Date;
}

/** Columns that the file does not have are missing from its rows. */
type MessageRow = Partial<SourceRow<FieldOf<'messages'>>>;

/** The messages of the file as they will be, in its order; reads along, so that no file is too large. */
export class PlannedMessages {
  constructor(
    private readonly source: SqliteSource,
    private readonly table: MappedTable<'messages'>,
    private readonly people: PlannedPeople,
    private readonly places: PlannedPlaces,
    private readonly options: ImportOptions,
  ) {}

  get total(): number {
    return this.source.count(this.table.name);
  }

  *read(report: ImportReport): Generator<PlannedMessage> {
    let time = statSync(this.source.path).mtime;
    let number = 0;
    for (const row of this.source.rows(this.table.name, this.table.columns) as Iterable<MessageRow>) {
      number += 1;
      const name = row.id ?? `row ${number}`;
      const found = this.resolve(row);
      if (typeof found === 'string') {
        report.note(found, name);
        continue;
      }
      const sentAt = parseSourceTime(row.sentAt ?? null, this.options.offsetMinutes);
      if (sentAt === undefined) report.note('message-no-time', name);
      time = sentAt ?? time;
      if (row.file) report.note('message-file', row.file);
      const parts = partsOf(found.text);
      if (parts.length > 1) report.note('message-split', name);
      const { place, senderId } = found;
      const identity = [place.id, senderId, row.id ?? String(number), row.sentAt ?? null, found.text];
      for (const [index, text] of parts.entries())
        yield { place, senderId, clientMsgId: importedClientMsgId(...identity, String(index)), text, createdAt: time };
    }
  }

  private resolve(row: MessageRow): Finding | { place: PlannedPlace; senderId: string; text: string } {
    const text = !row.text || isBlank(row.text) ? (row.file ?? '') : row.text;
    if (isBlank(text)) return 'message-empty';
    if (!StorableText.safeParse(text).success) return 'message-unreadable';
    const senderId = this.people.find(row.senderId, row.sender);
    if (senderId === undefined) return 'message-unknown-sender';
    const place = this.placeOf(row, senderId);
    if (!place) return 'message-unknown-place';
    if (place.kind === 'direct' && !place.pair.includes(senderId)) return 'message-stranger';
    return { place, senderId, text };
  }

  private placeOf(row: MessageRow, senderId: string): PlannedPlace | undefined {
    if (row.recipientId != null || row.recipient != null) {
      const peer = this.people.find(row.recipientId, row.recipient);
      return peer === undefined || peer === senderId ? undefined : this.places.direct(senderId, peer);
    }
    if (row.chatId != null) return this.places.chat(row.chatId) ?? this.places.roomById(row.chatId);
    if (row.roomId != null) return this.places.roomById(row.roomId);
    return this.places.room(row.room == null || isBlank(row.room) ? this.options.room : row.room);
  }
}

/** No longer than a message may be; never within a character. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (let rest = text; rest.length > 0; rest = rest.slice(parts.at(-1)!.length)) parts.push(firstCodePoints(rest, LIMITS.textMax));
  return parts.filter((part) => !isBlank(part));
}
