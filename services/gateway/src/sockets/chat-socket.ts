import type { ClientToServerEvents, ServerToClientEvents } from '@parley/contracts';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { SocketState } from './socket-state.js';

export type ChatServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketState>;
export type ChatSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketState>;
