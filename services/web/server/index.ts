export * from './classic/service-addresses.js';
export * from './web.module.js';
