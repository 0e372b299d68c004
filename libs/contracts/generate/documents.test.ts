import asyncApiSpecs from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { CLASSIC_ROUTES, CLIENT_EVENTS, ERROR_CODES, LOG_EVENTS, OPERATING_ROUTES, ROUTES } from '@parley/contracts';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { EVENT_LINES, HTTP_LINES } from './api-lines.js';
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

  const operations = Object.entries(document['paths'] ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ call: `${method.toUpperCase()} ${path}`, id: operation['operationId'] })),
  );
  const calls = operations.map(({ call }) => call);

  it.each(Object.entries(HTTP_LINES))('has every call of docs/api §%s', (_, lines) => {
    expect(lines.filter((line) => !calls.includes(line))).toEqual([]);
  });

  it('has no call twice, and a name for each of its own', () => {
    expect(new Set(calls).size).toBe(calls.length);
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  });

  it('has every call that the contracts know', () => {
    const known = [...ROUTES, ...CLASSIC_ROUTES, ...OPERATING_ROUTES].map(({ method, path }) => `${method} ${path}`);
    expect(calls.sort()).toEqual(known.sort());
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

  const named = (channel: string) =>
    Object.keys(document['channels']?.[channel]?.['messages'] ?? {}).map((id) => ({
      id,
      name: document['components']?.['messages']?.[id]?.['name'] as unknown as string,
    }));

  it.each(EVENT_LINES)('has every event of docs/api §$section', ({ channel, from, events }) => {
    const sent = named(channel).filter(({ id }) => id.startsWith('Server') === (from === 'server'));
    const names = sent.map(({ name }) => name);
    const acknowledged = from === 'client' ? events.map((name) => `ack of ${name}`) : [];
    expect([...events, ...acknowledged].filter((name) => !names.includes(name))).toEqual([]);
  });

  it('has every fact of the log', () => {
    const names = Object.values(document['components']?.['messages'] ?? {}).map((message) => message['name'] as unknown as string);
    expect(LOG_EVENTS.filter(({ type }) => !names.includes(type))).toEqual([]);
  });

  it('has every event that the gateway serves, with its acknowledgement', () => {
    const names = named('live').map(({ name }) => name);
    for (const name of Object.keys(CLIENT_EVENTS)) expect(names).toEqual(expect.arrayContaining([name, `ack of ${name}`]));
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
