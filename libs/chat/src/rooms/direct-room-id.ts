import { DIRECT_ROOM_NAMESPACE } from '@parley/contracts';
import { v5 as uuidV5 } from 'uuid';

/** The smaller id first: how a pair of people is written everywhere. Ids are lower case. */
export const directPair = (userId: string, otherId: string): [low: string, high: string] =>
  userId < otherId ? [userId, otherId] : [otherId, userId];

/** Id of the private chat of two people; anybody can compute it, nothing is stored for it. */
export const directRoomId = (userId: string, otherId: string): string =>
  uuidV5(directPair(userId, otherId).join(':'), DIRECT_ROOM_NAMESPACE);

const UUID_V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether an id could be that of a private chat; those of rooms are version 7. */
export const isDirectRoomIdShape = (roomId: string): boolean => UUID_V5.test(roomId);
