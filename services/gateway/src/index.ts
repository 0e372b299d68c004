export * from './gateway.config.js';
export * from './gateway.module.js';
export * from './sockets/gateway-io-adapter.js';
