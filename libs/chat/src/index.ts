export * from './messages/activity.js';
export * from './messages/message-history.js';
export * from './messages/message-id.js';
export * from './messages/message-poster.js';
export * from './people/profiles.js';
export * from './rooms/room-access.js';
export * from './rooms/room-rules.js';
export * from './sessions/sessions.js';
