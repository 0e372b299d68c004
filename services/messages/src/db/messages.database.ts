import { Database, type ServiceSchema } from '@parley/db';
import { AddAttachments1763704800000 } from './migrations/1763704800000-add-attachments.js';
import { ChangeMessages1763900000000 } from './migrations/1763900000000-change-messages.js';
import { CreateMessages1763683200000 } from './migrations/1763683200000-create-messages.js';
import { CreateSearch1764200000000 } from './migrations/1764200000000-create-search.js';
import { IndexSearchAtOnce1764210000000 } from './migrations/1764210000000-index-search-at-once.js';
import { GatherSearchRows1764300000000 } from './migrations/1764300000000-gather-search-rows.js';
import { KnowMessagesById1764400000000 } from './migrations/1764400000000-know-messages-by-id.js';
import { KeepAnnouncements1764600000000 } from './migrations/1764600000000-keep-announcements.js';

/** Hand-written SQL only: the tables are partitioned and hot, so they have no entities. */
export class MessagesDatabase extends Database {}

export const messagesSchema: ServiceSchema = {
  schema: 'messages',
  entities: [],
  migrations: [
    CreateMessages1763683200000,
    AddAttachments1763704800000,
    ChangeMessages1763900000000,
    CreateSearch1764200000000,
    IndexSearchAtOnce1764210000000,
    GatherSearchRows1764300000000,
    KnowMessagesById1764400000000,
    KeepAnnouncements1764600000000,
  ],
};
