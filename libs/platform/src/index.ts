export * from './event-log/event-log.js';
export * from './object-store/object-store.js';
export * from './outbox/outbox.js';
export * from './presence/presence-store.js';
export * from './rate-limiter/rate-limiter.js';
export * from './room-fanout/room-fanout.js';
