export * from './accounts/account-import.service.js';
export * from './auth.config.js';
export * from './auth.module.js';
export * from './db/auth.database.js';
export * from './http/cookie-account.service.js';
export * from './keys/signing-keys.service.js';
export * from './sessions/session.service.js';
export * from './users/profile.service.js';
