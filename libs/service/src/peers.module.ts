import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
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
  changeOutcomesPort,
  connectPeer,
  mediaLibraryPort,
  messageHistoryPort,
  namedRoomsPort,
  profilesPort,
  readMarkersPort,
  roomAccessPort,
  sessionsPort,
  type PortContract,
} from '@parley/chat';
import { EventLog, METRICS, RoomFanout } from '@parley/platform';
import type { ConfigOf } from '@parley/runtime';
import type { Metrics } from '@parley/telemetry';
import type { serviceConfig } from './service.config.js';
import type { ServiceDefinition } from './service-definition.js';

type Config = ConfigOf<typeof serviceConfig>;

interface PeerPort {
  readonly token: abstract new () => object;
  readonly contract: PortContract;
  /** Of the service that owns the port. */
  readonly urlOf: (config: Config) => string;
}

const PORTS: readonly PeerPort[] = [
  { token: Profiles, contract: profilesPort, urlOf: (config) => config.AUTH_URL },
  { token: Sessions, contract: sessionsPort, urlOf: (config) => config.AUTH_URL },
  { token: ReadMarkers, contract: readMarkersPort, urlOf: (config) => config.ROOMS_URL },
  { token: ChangeOutcomes, contract: changeOutcomesPort, urlOf: (config) => config.MESSAGES_URL },
  { token: NamedRooms, contract: namedRoomsPort, urlOf: (config) => config.ROOMS_URL },
  { token: MessageHistory, contract: messageHistoryPort, urlOf: (config) => config.MESSAGES_URL },
  { token: MediaLibrary, contract: mediaLibraryPort, urlOf: (config) => config.MEDIA_URL },
];

/** The ports between services: the own ones at hand, the others over HTTP. */
@Module({})
export class PeersModule {
  static for({ module, answers }: ServiceDefinition, config: Config): DynamicModule {
    const credential = config.SERVICE_CREDENTIAL;
    const ownerOf = (contract: PortContract): Type | undefined => answers.find((answer) => answer.contract === contract)?.by;
    const ports = PORTS.map(({ token, contract, urlOf }): Provider => {
      const own = ownerOf(contract);
      return own
        ? { provide: token, useExisting: own }
        : {
            provide: token,
            inject: [METRICS],
            useFactory: (metrics?: Metrics) => connectPeer(contract, { url: urlOf(config), credential, metrics }),
          };
    });
    const rooms = ownerOf(roomAccessPort);
    const roomAccess: Provider = {
      provide: RoomAccess,
      inject: [EventLog, RoomFanout, METRICS, ...(rooms ? [rooms] : [])],
      useFactory: (log: EventLog, fanout: RoomFanout, metrics: Metrics | undefined, own?: RoomAccess) =>
        new CachedRoomAccess(own ?? connectPeer(roomAccessPort, { url: config.ROOMS_URL, credential, metrics }), log, fanout),
    };
    return {
      module: PeersModule,
      global: true,
      imports: [module],
      providers: [...ports, roomAccess],
      exports: [RoomAccess, ...PORTS.map(({ token }) => token)],
    };
  }
}
