export * from './changing/change-outcome.service.js';
export * from './db/messages.database.js';
export * from './history/history.service.js';
export * from './history/restored-history.js';
export * from './messages.module.js';
export * from './storing/message-import.service.js';
export * from './search/rebuild-search.js';
