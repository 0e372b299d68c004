import { Global, Module } from '@nestjs/common';
import { AuthModule, CookieAccountService, ProfileService, SessionService } from '@parley/auth';
import {
  CachedRoomAccess,
  ChangeOutcomes,
  CookieAccounts,
  MediaLibrary,
  MessageHistory,
  NamedRooms,
  Profiles,
  ReadMarkers,
  RoomAccess,
  Sessions,
} from '@parley/chat';
import { LibraryService, MediaModule } from '@parley/media';
import { ChangeOutcomeService, HistoryService, MessagesModule } from '@parley/messages';
import { EventLog, RoomFanout } from '@parley/platform';
import { NamedRoomService, ReadMarkerService, RoomAccessService, RoomsModule } from '@parley/rooms';
import { ServiceAddresses } from '@parley/web';
import { OwnAddress } from './own-address.js';

/** What services ask each other, answered by a direct call: they share this process. */
@Global()
@Module({
  imports: [AuthModule, RoomsModule, MessagesModule, MediaModule],
  providers: [
    { provide: Profiles, useExisting: ProfileService },
    { provide: Sessions, useExisting: SessionService },
    { provide: ServiceAddresses, useClass: OwnAddress },
    { provide: CookieAccounts, useExisting: CookieAccountService },
    { provide: MessageHistory, useExisting: HistoryService },
    { provide: ChangeOutcomes, useExisting: ChangeOutcomeService },
    { provide: MediaLibrary, useExisting: LibraryService },
    { provide: NamedRooms, useExisting: NamedRoomService },
    { provide: ReadMarkers, useExisting: ReadMarkerService },
    {
      provide: RoomAccess,
      inject: [RoomAccessService, EventLog, RoomFanout],
      useFactory: (rooms: RoomAccessService, log: EventLog, fanout: RoomFanout) => new CachedRoomAccess(rooms, log, fanout),
    },
  ],
  exports: [
    ServiceAddresses,
    Profiles,
    Sessions,
    CookieAccounts,
    MessageHistory,
    ChangeOutcomes,
    MediaLibrary,
    NamedRooms,
    ReadMarkers,
    RoomAccess,
  ],
})
export class PeersModule {}
