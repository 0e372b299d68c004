export * from './access/room-access.service.js';
export * from './db/rooms.database.js';
export * from './heads/restored-heads.js';
export * from './read-markers/imported-markers.js';
export * from './read-markers/read-marker.service.js';
export * from './rooms.module.js';
export * from './rooms/named-room.service.js';
export * from './rooms/room-import.service.js';
