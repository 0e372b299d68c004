export * from './fake-fetch.js';
export * from './fake-sockets.js';
export * from './fake-tabs.js';
export * from './media.js';
export * from './messages.js';
