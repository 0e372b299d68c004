import { PushKeyAnswer, PushSubscriptionRequest } from './push.js';
import type { Route } from './route.js';

/** Below `/api/chat/`, which every edge brings to the rooms service: it knows who wants to be told what. */
export const PUSH_ROUTES = [
  {
    method: 'GET',
    path: '/api/chat/push/key',
    service: 'rooms',
    summary: 'What a browser subscribes to push messages with',
    auth: 'bearer',
    answers: { 200: PushKeyAnswer },
    errors: [],
  },
  {
    method: 'PUT',
    path: '/api/chat/push/subscription',
    service: 'rooms',
    summary: 'Send push messages for this session there',
    auth: 'bearer',
    body: PushSubscriptionRequest,
    answers: { 204: null },
    errors: ['NOT_FOUND', 'ORIGIN_REFUSED'],
  },
  {
    method: 'DELETE',
    path: '/api/chat/push/subscription',
    service: 'rooms',
    summary: 'Send no more push messages for this session',
    auth: 'bearer',
    answers: { 204: null },
    errors: ['ORIGIN_REFUSED'],
  },
] as const satisfies readonly Route[];
