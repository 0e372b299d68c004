/** What every adapter of a port must pass: for tests only, production code never imports this. */
export * from './event-log/event-log.contract.js';
