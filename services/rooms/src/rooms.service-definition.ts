import { namedRoomsPort, readMarkersPort, roomAccessPort } from '@parley/chat';
import type { ServiceDefinition } from '@parley/service';
import { RoomAccessService } from './access/room-access.service.js';
import { roomsSchema } from './db/rooms.database.js';
import { ReadMarkerService } from './read-markers/read-marker.service.js';
import { NamedRoomService } from './rooms/named-room.service.js';
import { pushConfig } from './rooms.config.js';
import { RoomsModule } from './rooms.module.js';

export const roomsService: ServiceDefinition = {
  name: 'rooms',
  module: RoomsModule,
  configs: [pushConfig],
  schema: roomsSchema,
  answers: [
    { contract: roomAccessPort, by: RoomAccessService },
    { contract: readMarkersPort, by: ReadMarkerService },
    { contract: namedRoomsPort, by: NamedRoomService },
  ],
};
