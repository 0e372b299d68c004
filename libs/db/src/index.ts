export * from './database.js';
export * from './embedded/data-folder-error.js';
export * from './embedded/embedded-postgres.js';
export * from './embedded/running-server.js';
export * from './migrate.js';
export * from './postgres-trouble.js';
export * from './provide-database.js';
