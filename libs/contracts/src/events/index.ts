import type { EventDefinition } from './define-event.js';
import {
  MessageChanged,
  MessageChangedV1,
  MessageDeleted,
  MessageEdited,
  MessagePosted,
  MessagePostedV1,
  MessageReacted,
  MessageStored,
  MessageStoredV1,
  MessageStoredV2,
  MessageStoredV3,
  SystemMessagePosted,
  SystemMessagePostedV1,
} from './messages.js';
import { MemberMuted, MembershipChanged, MembershipChangedV1, RoomChanged } from './rooms.js';
import { SessionRevoked, UserChanged, UserRegistered } from './users.js';

/** Every fact that may stand in the log; a record of any other type is undecodable. */
export const LOG_EVENTS = [
  MessagePostedV1,
  MessagePosted,
  SystemMessagePostedV1,
  SystemMessagePosted,
  MessageEdited,
  MessageDeleted,
  MessageReacted,
  MessageStoredV1,
  MessageStoredV2,
  MessageStoredV3,
  MessageStored,
  MessageChangedV1,
  MessageChanged,
  UserRegistered,
  UserChanged,
  SessionRevoked,
  RoomChanged,
  MembershipChangedV1,
  MembershipChanged,
  MemberMuted,
] as readonly EventDefinition[];
