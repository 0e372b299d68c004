/**
 * Names of what sockets can be reached by. Socket.IO keeps rooms and socket ids (20 characters) in one name space
 * and the sharded Redis adapter takes any 20-character name for a socket id, so every channel has a prefix.
 */
export const roomChannel = (roomId: string): string => `room:${roomId}`;
export const userChannel = (userId: string): string => `user:${userId}`;
export const sessionChannel = (sessionId: string): string => `session:${sessionId}`;
