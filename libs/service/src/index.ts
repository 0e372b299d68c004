export * from './service.config.js';
export * from './service-definition.js';
export * from './start-service.js';
