import { ACCOUNT_ROUTES } from './account-routes.js';
import { MEDIA_ROUTES } from './media-routes.js';
import { MESSAGE_ROUTES } from './message-routes.js';
import { PUSH_ROUTES } from './push-routes.js';
import { ROOM_ROUTES } from './room-routes.js';

/** Every HTTP call of the contract; OpenAPI is generated from these. */
export const ROUTES = [...ACCOUNT_ROUTES, ...ROOM_ROUTES, ...MESSAGE_ROUTES, ...MEDIA_ROUTES, ...PUSH_ROUTES] as const;
