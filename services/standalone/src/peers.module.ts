import { Global, Module } from '@nestjs/common';
import { AuthModule, ProfileService, SessionService } from '@parley/auth';
import { CachedRoomAccess, ChangeOutcomes, MediaLibrary, MessageHistory, Profiles, ReadMarkers, RoomAccess, Sessions } from '@parley/chat';
import { LibraryService, MediaModule } from '@parley/media';
import { ChangeOutcomeService, HistoryService, MessagesModule } from '@parley/messages';
import { EventLog, RoomFanout } from '@parley/platform';
import { ReadMarkerService, RoomAccessService, RoomsModule } from '@parley/rooms';

/** What services ask each other, answered by a direct call: they share this process. */
@Global()
@Module({
  imports: [AuthModule, RoomsModule, MessagesModule, MediaModule],
  providers: [
    { provide: Profiles, useExisting: ProfileService },
    { provide: Sessions, useExisting: SessionService },
    { provide: MessageHistory, useExisting: HistoryService },
    { provide: ChangeOutcomes, useExisting: ChangeOutcomeService },
    { provide: MediaLibrary, useExisting: LibraryService },
    { provide: ReadMarkers, useExisting: ReadMarkerService },
    {
      provide: RoomAccess,
      inject: [RoomAccessService, EventLog, RoomFanout],
      useFactory: (rooms: RoomAccessService, log: EventLog, fanout: RoomFanout) => new CachedRoomAccess(rooms, log, fanout),
    },
  ],
  exports: [Profiles, Sessions, MessageHistory, ChangeOutcomes, MediaLibrary, ReadMarkers, RoomAccess],
})
export class PeersModule {}
