export * from './database.js';
export * from './provide-database.js';
