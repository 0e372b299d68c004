import type { EventDefinition } from './define-event.js';
import { MessagePosted, MessagePostedV1, MessageStored } from './messages.js';
import { MembershipChanged, RoomChanged } from './rooms.js';
import { SessionRevoked, UserChanged, UserRegistered } from './users.js';

/** Every fact that may stand in the log; a record of any other type is undecodable. */
export const LOG_EVENTS = [
  MessagePostedV1,
  MessagePosted,
  MessageStored,
  UserRegistered,
  UserChanged,
  SessionRevoked,
  RoomChanged,
  MembershipChanged,
] as readonly EventDefinition[];
