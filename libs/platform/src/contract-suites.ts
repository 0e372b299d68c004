/** What every adapter of a port must pass: for tests only, production code never imports this. */
export * from './event-log/dead-letters.contract.js';
export * from './event-log/event-log.contract.js';
export * from './object-store/object-store.contract.js';
export * from './occupancy/occupancy.contract.js';
export * from './presence/presence-store.contract.js';
export * from './rate-limiter/rate-limiter.contract.js';
export * from './room-fanout/room-fanout.contract.js';
