import { CLASSIC_ROUTES, ERRORS, OPERATING_ROUTES, Problem, ROUTES, type ErrorCode, type Route } from '@parley/contracts';
import type { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { tidyJsonSchema } from './json-schema.js';

const TAGS: Record<Route['service'], { name: string; description: string }> = {
  auth: { name: 'Accounts', description: 'People, their sessions and how they log in.' },
  rooms: { name: 'Rooms', description: 'Rooms, private chats, members, read markers and the sidebar.' },
  messages: { name: 'Messages', description: 'History, and messages sent over HTTP.' },
  web: {
    name: 'Classic',
    description: 'The pages, and the routes of the applications that Parley grew out of; by cookie, and ignoring what they do not know.',
  },
  every: { name: 'Operating', description: 'Health and metrics.' },
  media: { name: 'Media', description: 'Files: uploaded here, attached to messages by their ids, served to whoever may read the room.' },
};

const ANSWERS: Record<number, string> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted: durable, not stored yet',
  204: 'Done',
  206: 'A part',
  302: 'Elsewhere',
  303: 'Elsewhere',
  304: 'Not modified',
  503: 'Not ready',
};

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds until a repeat makes sense.', schema: { type: 'integer', minimum: 1 } },
} as const;

/** OpenAPI 3.1 of every HTTP call in the contract. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of [...ROUTES, ...CLASSIC_ROUTES, ...OPERATING_ROUTES] as readonly Route[])
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Parley over HTTP',
        version: '1',
        description:
          'Every answer carries `X-Request-Id`. Every error is a problem document (RFC 9457) with a `code` of the table in `errors.md`. ' +
          'Unknown fields of a request body and unknown or repeated query parameters are refused; unknown fields of an answer are to be ignored. ' +
          'What happens live comes over Socket.IO: see the AsyncAPI document.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This installation' }],
      tags: Object.values(TAGS),
      paths: paths as ZodOpenApiPathsObject,
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token of register, login or refresh.' },
          cookie: {
            type: 'apiKey',
            in: 'cookie',
            name: 'parley_session',
            description: 'The session cookie; behind TLS it is named `__Host-parley_session`.',
          },
        },
      },
    },
    { override: (context) => tidyJsonSchema(context as unknown as Parameters<typeof tidyJsonSchema>[0], context.io) },
  );
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const parameters = {
    ...(route.params ? { path: route.params } : {}),
    ...(route.query ? { query: route.query as z.ZodObject } : {}),
  };
  return {
    operationId: operationId(route),
    tags: [TAGS[route.service].name],
    summary: route.summary,
    security: route.auth === 'none' ? [] : [{ [route.auth]: [] }],
    ...(Object.keys(parameters).length > 0 ? { requestParams: parameters } : {}),
    ...(route.body ? { requestBody: { required: !route.body.safeParse({}).success, content: contentOf(route.body, route.bodyType) } } : {}),
    responses: { ...errorsOf(route), ...answersOf(route) },
  };
}

const contentOf = (schema: z.ZodType, types: Route['bodyType'] = 'application/json') =>
  Object.fromEntries([types].flat().map((type) => [type, { schema }]));

/** `GET /api/chat/rooms/{id}/members` -> `getChatRoomsByIdMembers`, `GET /login` -> `getClassicLogin`. */
function operationId({ method, path, service }: Route): string {
  const words = path
    .replace(/^\/(api|[.]well-known)\//, '')
    .replaceAll('{', 'by/')
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== '');
  if (service === 'web') words.unshift('classic');
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
}

function answersOf(route: Route): ZodOpenApiResponsesObject {
  const responses: Record<string, ZodOpenApiResponsesObject[`${1 | 2 | 3 | 4 | 5}${string}`]> = {};
  for (const [status, body] of Object.entries(route.answers)) {
    const description = ANSWERS[Number(status)] ?? 'Done';
    if (body === null) responses[status] = { description };
    else if (typeof body === 'string') responses[status] = { description, content: { [body]: {} } };
    else responses[status] = { description, content: { 'application/json': { schema: body } } };
  }
  return responses as ZodOpenApiResponsesObject;
}

function errorsOf(route: Route): ZodOpenApiResponsesObject {
  const codes = new Set<ErrorCode>([...commonErrors(route), ...route.errors]);
  const byStatus = Map.groupBy(codes, (code) => route.errorStatus?.[code] ?? ERRORS[code].status);
  const responses = [...byStatus].sort(([one], [other]) => one - other);
  return Object.fromEntries(
    responses.map(([status, ofStatus]) => [
      String(status),
      {
        description: ofStatus.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join('\n\n'),
        'x-codes': ofStatus,
        ...(status === ERRORS.RATE_LIMITED.status ? { headers: RETRY_AFTER } : {}),
        content: { 'application/problem+json': { schema: Problem } },
      },
    ]),
  );
}

/** What any call may answer that takes this kind of request. */
function commonErrors(route: Route): ErrorCode[] {
  if (route.service === 'every') return [];
  return [
    'VALIDATION_FAILED',
    ...(route.auth === 'none' ? [] : (['UNAUTHENTICATED'] as const)),
    ...(route.body ? (['TOO_LARGE'] as const) : []),
    'RATE_LIMITED',
    'UNAVAILABLE',
  ];
}
