import { Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { MessageChanger, MessagePoster } from '@parley/chat';
import { ActivityService } from './activity/activity.service.js';
import { ChangingHandlers } from './changing/changing.handlers.js';
import { ClassicEntry } from './classic/classic-entry.js';
import { ClassicEventTable } from './classic/classic-event-table.js';
import { ClassicHandlers } from './classic/classic.handlers.js';
import { ClassicStream } from './classic/classic-stream.js';
import { ProfileFactsConsumer } from './consumers/profile-facts.consumer.js';
import { RoomFactsConsumer } from './consumers/room-facts.consumer.js';
import { ConnectionPlaces } from './limits/connection-places.js';
import { GatewayMetrics } from './metrics/gateway-metrics.js';
import { ConnectedPeople } from './people/connected-people.js';
import { PresenceLease } from './presence/presence-lease.js';
import { PresenceWatch } from './presence/presence-watch.service.js';
import { PresenceHandlers } from './presence/presence.handlers.js';
import { ReadMarkerQueue } from './reading/read-marker-queue.js';
import { ReadSeqs } from './reading/read-seqs.js';
import { ReadingHandlers } from './reading/reading.handlers.js';
import { ChangeTracker } from './repair/change-tracker.js';
import { HeadCheck } from './repair/head-check.js';
import { StaleLists } from './repair/stale-lists.js';
import { HeadTracker } from './repair/head-tracker.js';
import { LostAccessPoll } from './rooms/lost-access-poll.js';
import { MissedChanges } from './rooms/missed-changes.js';
import { StrangerCheck } from './rooms/stranger-check.js';
import { OpenRooms } from './rooms/open-rooms.js';
import { OpeningHandlers } from './rooms/opening.handlers.js';
import { RoomChangeTeller } from './rooms/room-change-teller.js';
import { RoomEvictor } from './rooms/room-evictor.js';
import { RoomOpener } from './rooms/room-opener.js';
import { RoomsSyncer } from './rooms/rooms-syncer.js';
import { TailCache } from './rooms/tail-cache.js';
import { SendingHandlers } from './sending/sending.handlers.js';
import { SessionHandlers } from './sessions/session.handlers.js';
import { SessionWatch } from './sessions/session-watch.js';
import { ChatGateway } from './sockets/chat.gateway.js';
import { Drain } from './sockets/drain.js';
import { EventDispatcher } from './sockets/event-dispatcher.js';
import { EventTable } from './sockets/event-table.js';
import { FloodGuard } from './sockets/flood-guard.js';
import { HandshakeGuard } from './sockets/handshake-guard.js';
import { LocalSockets } from './sockets/local-sockets.js';
import { OutputGuard } from './sockets/output-guard.js';
import { SocketAuthenticator } from './sockets/socket-authenticator.js';
import { TypingHandlers } from './typing/typing.handlers.js';
import { TypingService } from './typing/typing.service.js';
import { TypingState } from './typing/typing-state.js';

const SWEEP_MS = 5000;

/** Live connections and nothing else: it has no database, and any gateway can be lost at any time. */
@Module({
  providers: [
    ChatGateway,
    LocalSockets,
    ConnectedPeople,
    GatewayMetrics,
    HandshakeGuard,
    FloodGuard,
    SocketAuthenticator,
    ConnectionPlaces,
    OutputGuard,
    EventDispatcher,
    EventTable,
    SendingHandlers,
    MessagePoster,
    ChangingHandlers,
    MessageChanger,
    OpeningHandlers,
    RoomOpener,
    RoomsSyncer,
    MissedChanges,
    OpenRooms,
    TailCache,
    HeadTracker,
    ChangeTracker,
    HeadCheck,
    StaleLists,
    ReadingHandlers,
    ReadMarkerQueue,
    ReadSeqs,
    TypingHandlers,
    TypingService,
    TypingState,
    SessionHandlers,
    ClassicEventTable,
    ClassicHandlers,
    ClassicEntry,
    ClassicStream,
    SessionWatch,
    ActivityService,
    RoomFactsConsumer,
    ProfileFactsConsumer,
    RoomChangeTeller,
    RoomEvictor,
    LostAccessPoll,
    StrangerCheck,
    PresenceLease,
    PresenceWatch,
    PresenceHandlers,
    Drain,
  ],
})
export class GatewayModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly people: ConnectedPeople) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.people.sweep(performance.now()), SWEEP_MS);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
