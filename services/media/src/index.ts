export * from './db/media.database.js';
export * from './files/library.service.js';
export * from './media.config.js';
export * from './media.module.js';
