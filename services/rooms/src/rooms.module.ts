import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { provideDatabase } from '@parley/db';
import { Outbox, OutboxRelays } from '@parley/platform';
import { AccessNotices } from './access/access-notices.js';
import { RoomAccessService } from './access/room-access.service.js';
import { RoomAnnouncer } from './announcements/room-announcer.js';
import { BanRepository } from './bans/ban.repository.js';
import { BanService } from './bans/ban.service.js';
import { PeopleConsumer } from './consumers/people.consumer.js';
import { PushConsumer } from './consumers/push.consumer.js';
import { StoredConsumer } from './consumers/stored.consumer.js';
import { ConversationService } from './conversations/conversation.service.js';
import { FavouriteService } from './conversations/favourite.service.js';
import { RoomsDatabase, roomsSchema } from './db/rooms.database.js';
import { DirectListRepository } from './direct/direct-list.repository.js';
import { DirectListService } from './direct/direct-list.service.js';
import { DirectPairs } from './direct/direct-pairs.js';
import { DirectService } from './direct/direct.service.js';
import { DirectStarter } from './direct/direct-starter.js';
import { DraftRepository } from './drafts/draft.repository.js';
import { DraftService } from './drafts/draft.service.js';
import { HeadRepository } from './heads/head.repository.js';
import { HeadService } from './heads/head.service.js';
import { BansController } from './http/bans.controller.js';
import { ConversationsController } from './http/conversations.controller.js';
import { DirectController } from './http/direct.controller.js';
import { DraftsController } from './http/drafts.controller.js';
import { FavouritesController } from './http/favourites.controller.js';
import { InvitationController } from './http/invitation.controller.js';
import { InvitesController } from './http/invites.controller.js';
import { MembersController } from './http/members.controller.js';
import { NotificationsController } from './http/notifications.controller.js';
import { ReadMarkersController } from './http/read-markers.controller.js';
import { ReadingController } from './http/reading.controller.js';
import { RoomsController } from './http/rooms.controller.js';
import { UnreadController } from './http/unread.controller.js';
import { PushController } from './http/push.controller.js';
import { InviteRepository } from './invites/invite.repository.js';
import { InviteService } from './invites/invite.service.js';
import { DepartureRepository } from './members/departure.repository.js';
import { MemberAdminService } from './members/member-admin.service.js';
import { MemberListService } from './members/member-list.service.js';
import { MemberRepository } from './members/member.repository.js';
import { MembershipService } from './members/membership.service.js';
import { MembershipWriter } from './members/membership-writer.js';
import { MuteRepository } from './members/mute.repository.js';
import { NotificationService } from './notifications/notification.service.js';
import { MentionRepository } from './mentions/mention.repository.js';
import { PeopleRepository } from './people/people.repository.js';
import { PeopleService } from './people/people.service.js';
import { PUSH_PROVIDERS } from './push/push.providers.js';
import { ImportedMarkers } from './read-markers/imported-markers.js';
import { MarkerPositions } from './read-markers/marker-positions.js';
import { MarkerTeller } from './read-markers/marker-teller.js';
import { NewcomerMarkers } from './read-markers/newcomer-markers.js';
import { ReadAllService } from './read-markers/read-all.service.js';
import { ReadMarkerRepository } from './read-markers/read-marker.repository.js';
import { ReadMarkerService } from './read-markers/read-marker.service.js';
import { UnreadListService } from './read-markers/unread-list.service.js';
import { GeneralRoom } from './rooms/general-room.js';
import { NamedRoomService } from './rooms/named-room.service.js';
import { RoomDirectory } from './rooms/room-directory.js';
import { RoomImport } from './rooms/room-import.service.js';
import { RoomRepository } from './rooms/room.repository.js';
import { RoomSettingsService } from './rooms/room-settings.service.js';
import { RoomService } from './rooms/room.service.js';

@Module({
  controllers: [
    RoomsController,
    MembersController,
    BansController,
    InvitesController,
    InvitationController,
    NotificationsController,
    DraftsController,
    FavouritesController,
    UnreadController,
    ReadingController,
    PushController,
    ReadMarkersController,
    DirectController,
    ConversationsController,
  ],
  providers: [
    provideDatabase(RoomsDatabase, roomsSchema),
    { provide: Outbox, useValue: new Outbox(roomsSchema.schema) },
    AccessNotices,
    RoomAccessService,
    RoomAnnouncer,
    BanRepository,
    MuteRepository,
    BanService,
    InviteRepository,
    InviteService,
    NotificationService,
    PeopleConsumer,
    PushConsumer,
    StoredConsumer,
    ConversationService,
    FavouriteService,
    DraftRepository,
    DraftService,
    DirectListRepository,
    DirectListService,
    DirectPairs,
    DirectService,
    DirectStarter,
    HeadRepository,
    HeadService,
    DepartureRepository,
    MemberAdminService,
    MemberListService,
    MemberRepository,
    MembershipService,
    MembershipWriter,
    MentionRepository,
    PeopleRepository,
    PeopleService,
    ImportedMarkers,
    MarkerPositions,
    MarkerTeller,
    NewcomerMarkers,
    ReadAllService,
    ReadMarkerRepository,
    ReadMarkerService,
    UnreadListService,
    GeneralRoom,
    NamedRoomService,
    RoomDirectory,
    RoomImport,
    RoomRepository,
    RoomService,
    RoomSettingsService,
    ...PUSH_PROVIDERS,
  ],
  exports: [ImportedMarkers, NamedRoomService, RoomAccessService, RoomImport, ReadMarkerService],
})
export class RoomsModule implements OnApplicationBootstrap {
  constructor(
    private readonly relays: OutboxRelays,
    private readonly database: RoomsDatabase,
  ) {}

  onApplicationBootstrap(): void {
    this.relays.serve(this.database);
  }
}
