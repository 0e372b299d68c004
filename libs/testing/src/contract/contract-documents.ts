import { readFileSync } from 'node:fs';
import path from 'node:path';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface ContractDocument extends JsonObject {
  readonly components: { readonly schemas: JsonObject };
}

const FOLDER = path.resolve(import.meta.dirname, '../../../../docs/api');
const REFERENCE = '#/components/schemas/';

/**
 * A document of `docs/api`, for checking what servers say: its objects have the fields that it names and no others, where
 * it does not say that there may be more. Named schemas are referred to by their bare names.
 */
export function readContract(file: 'openapi.json' | 'asyncapi.json'): ContractDocument {
  return JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8'), (key, value: Json) => {
    if (key === '$ref' && typeof value === 'string') return value.replace(REFERENCE, '');
    const isOpen = isObject(value) && isObject(value['properties']) && value['additionalProperties'] === undefined;
    return isOpen ? { ...value, additionalProperties: false } : value;
  }) as ContractDocument;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is at `keys`; undefined where the way ends early. */
export function at(document: Json | undefined, ...keys: string[]): Json | undefined {
  let node = document;
  for (const key of keys) node = isObject(node) ? node[key] : undefined;
  return node;
}
