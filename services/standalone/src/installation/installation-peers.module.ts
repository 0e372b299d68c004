import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AuthModule, ProfileService, SessionService } from '@parley/auth';
import {
  CachedRoomAccess,
  ChangeOutcomes,
  MediaLibrary,
  MessageHistory,
  NamedRooms,
  Profiles,
  ReadMarkers,
  RoomAccess,
  Sessions,
  connectPeer,
  mediaLibraryPort,
} from '@parley/chat';
import { ChangeOutcomeService, HistoryService, MessagesModule } from '@parley/messages';
import { EventLog, RoomFanout } from '@parley/platform';
import { NamedRoomService, ReadMarkerService, RoomAccessService, RoomsModule } from '@parley/rooms';

/**
 * What the services that a command writes to ask each other, answered by a direct call. The media service stays where it
 * is: nothing that is written has files, so nobody here has a question for it.
 */
@Global()
@Module({})
export class InstallationPeersModule {
  static for(media: { readonly url: string; readonly credential: string }): DynamicModule {
    return {
      module: InstallationPeersModule,
      imports: [AuthModule, RoomsModule, MessagesModule],
      providers: [
        { provide: Profiles, useExisting: ProfileService },
        { provide: Sessions, useExisting: SessionService },
        { provide: MessageHistory, useExisting: HistoryService },
        { provide: ChangeOutcomes, useExisting: ChangeOutcomeService },
        { provide: MediaLibrary, useValue: connectPeer(mediaLibraryPort, media) },
        { provide: NamedRooms, useExisting: NamedRoomService },
        { provide: ReadMarkers, useExisting: ReadMarkerService },
        {
          provide: RoomAccess,
          inject: [RoomAccessService, EventLog, RoomFanout],
          useFactory: (rooms: RoomAccessService, log: EventLog, fanout: RoomFanout) => new CachedRoomAccess(rooms, log, fanout),
        },
      ],
      exports: [Profiles, Sessions, MessageHistory, ChangeOutcomes, MediaLibrary, NamedRooms, ReadMarkers, RoomAccess],
    };
  }
}
