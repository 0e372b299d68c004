/** Bounds that clients may rely on. `ready.limits` carries those that a client needs while it runs. */
export const LIMITS = {
  /** Unicode code points in one message. */
  textMax: 4000,
  /** Unicode code points of what is being written. */
  draftMax: 16_000,
  /** Drafts that are kept for one person. */
  draftsMax: 500,
  attachmentsMax: 10,
  clientMsgIdMax: 64,
  pageMax: 200,
  pageDefault: 50,
  syncRoomsMax: 200,
  syncMessagesMax: 1000,
  presenceMax: 500,
  /** Bytes of one WebSocket frame; larger ones end the connection. */
  frameBytesMax: 64 * 1024,
  reactionKindsMax: 20,
  /** People whom `Reaction.userIds` names. */
  reactionUsersShown: 20,
  /** People whom one message can mention. */
  mentionsMax: 100,
  roomNameMax: 80,
  topicMax: 250,
  /** Seconds that a person may have to wait between two messages: six hours. */
  slowModeSecondsMax: 21_600,
  inviteUsesMax: 100_000,
  /** Invitations of one room that hold at a time. */
  invitesMax: 100,
  displayNameMax: 64,
  bioMax: 500,
  usernameMin: 3,
  usernameMax: 32,
  passwordMin: 8,
  passwordMax: 256,
  previewMax: 100,
  /** Code points of the text that describes an image. */
  altTextMax: 1000,
  /** Code points of the name of a file. */
  fileNameMax: 120,
  /** Entries of a list that pages by cursor: `limit` is clamped to this. */
  listMax: 100,
  /** Read markers in one call that puts them back. */
  undoReadMax: 500,
  listDefault: 50,
  /** UTF-16 units of what is searched for. */
  searchQueryMax: 500,
  searchPageMax: 50,
  searchPageDefault: 20,
  /** Characters of the address that push messages of a browser go to. */
  pushEndpointMax: 1000,
} as const;

/** Default of `PARLEY_MEDIA_MAX_BYTES`. */
export const MEDIA_MAX_BYTES_DEFAULT = 16 * 1024 * 1024;
