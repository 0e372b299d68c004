import asyncApiSpecs from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { CLIENT_EVENTS, ERROR_CODES, LOG_EVENTS, ROUTES, SERVER_EVENTS } from '@parley/contracts';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { asyncApiDocument } from './asyncapi.js';
import { errorTable } from './error-table.js';
import { openApiDocument } from './openapi.js';

type Json = { [key: string]: Json };

/** Every `$ref` in a document that leads nowhere. */
function danglingReferences(document: object): string[] {
  const find = (pointer: string) =>
    pointer
      .slice(2)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<Json | undefined>((node, part) => node?.[part], document as Json);
  const walk = (node: unknown): string[] =>
    typeof node !== 'object' || node === null
      ? []
      : Object.entries(node).flatMap(([key, value]) => (key === '$ref' && typeof value === 'string' ? [value] : walk(value)));
  return walk(document).filter((reference) => find(reference) === undefined);
}

describe('the OpenAPI document', () => {
  const document = openApiDocument() as Json;

  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result.errors ?? []).toEqual([]);
    expect(document['openapi']).toBe('3.1.1');
  });

  it('refers to nothing that is not there', () => expect(danglingReferences(document)).toEqual([]));

  it('has every call once, each with a name of its own', () => {
    const operations = Object.entries(document['paths'] ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ call: `${method.toUpperCase()} ${path}`, id: operation['operationId'] })),
    );
    expect(operations.map(({ call }) => call).sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  });

  it('lets answers grow and requests not', () => {
    const schemas = document['components']?.['schemas'] ?? {};
    expect(schemas['Message']).not.toHaveProperty('additionalProperties');
    expect(schemas['PostMessageRequest']).toHaveProperty('additionalProperties', false);
  });
});

describe('the AsyncAPI document', () => {
  const document = asyncApiDocument() as Json;

  it('is valid AsyncAPI 3.0', () => {
    const isValid = new Ajv({ meta: false, validateSchema: false, strict: false, validateFormats: false, allErrors: true }).compile(
      asyncApiSpecs.schemas['3.0.0'] as object,
    );
    isValid(document);
    expect(isValid.errors ?? []).toEqual([]);
    expect(isValid({ ...document, operations: { X: { action: 'ask' } } })).toBe(false);
  });

  it('refers to nothing that is not there', () => expect(danglingReferences(document)).toEqual([]));

  it('has every event of the sockets and of the log', () => {
    const names = Object.values(document['components']?.['messages'] ?? {}).map((message) => message['name'] as unknown as string);
    const acknowledgements = Object.keys(CLIENT_EVENTS).map((name) => `ack of ${name}`);
    const expected = [
      ...Object.keys(CLIENT_EVENTS),
      ...acknowledgements,
      ...Object.keys(SERVER_EVENTS),
      ...LOG_EVENTS.map(({ type }) => type),
    ];
    expect(names.sort()).toEqual([...expected, 'connect_error'].sort());
  });

  it('has schemas that are schemas', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const schema of Object.values(document['components']?.['schemas'] ?? {})) expect(ajv.validateSchema(schema)).toBe(true);
  });

  it('says what an entry of rooms:sync is', () => {
    expect(document['components']?.['schemas']?.['SyncRooms']?.['properties']?.['rooms']?.['items']).toEqual({
      $ref: '#/components/schemas/RoomPosition',
    });
  });
});

it('the error table has every code', () => {
  for (const code of ERROR_CODES) expect(errorTable()).toContain(`| \`${code}\` |`);
});
