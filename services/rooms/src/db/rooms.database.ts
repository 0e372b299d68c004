import { Database, type ServiceSchema } from '@parley/db';
import { MemberEntity } from './member.entity.js';
import { CreateRooms1763683200000 } from './migrations/1763683200000-create-rooms.js';
import { CreateBansAndInvites1763900000000 } from './migrations/1763900000000-create-bans-and-invites.js';
import { CreateDepartures1763910000000 } from './migrations/1763910000000-create-departures.js';
import { CreateMentions1763920000000 } from './migrations/1763920000000-create-mentions.js';
import { CreateMutes1764100000000 } from './migrations/1764100000000-create-mutes.js';
import { CreateDrafts1764500000000 } from './migrations/1764500000000-create-drafts.js';
import { AddFavourites1764200000000 } from './migrations/1764200000000-add-favourites.js';
import { AddReadEras1764610000000 } from './migrations/1764610000000-add-read-eras.js';
import { FoldSearchKeys1764600000000 } from './migrations/1764600000000-fold-search-keys.js';
import { CountMembershipChanges1764620000000 } from './migrations/1764620000000-count-membership-changes.js';
import { KeepAnnouncements1764630000000 } from './migrations/1764630000000-keep-announcements.js';
import { CreatePush1764400000000 } from './migrations/1764400000000-create-push.js';
import { PersonEntity } from './person.entity.js';
import { RoomEntity } from './room.entity.js';

export class RoomsDatabase extends Database {}

export const roomsSchema: ServiceSchema = {
  schema: 'rooms',
  entities: [PersonEntity, RoomEntity, MemberEntity],
  migrations: [
    CreateRooms1763683200000,
    CreateBansAndInvites1763900000000,
    CreateDepartures1763910000000,
    CreateMentions1763920000000,
    CreateMutes1764100000000,
    AddFavourites1764200000000,
    CreatePush1764400000000,
    CreateDrafts1764500000000,
    FoldSearchKeys1764600000000,
    AddReadEras1764610000000,
    CountMembershipChanges1764620000000,
    KeepAnnouncements1764630000000,
  ],
};
