import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { CoreSchemas } from './core-schemas.ts';
import type { CustomResourceDefinition } from './definitions.ts';
import type { Manifest } from './manifests.ts';

type Schema = Readonly<Record<string, unknown>>;

const keyOf = (apiVersion: string, kind: string): string => `${apiVersion} ${kind}`;

/** Tells what an object has that its kind does not know, or lacks, as an API server with strict fields would. */
export class SchemaCheck {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false, code: { regExp: goPattern } });
  readonly #schemas = new Map<string, Schema>();
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(core: CoreSchemas, definitions: readonly CustomResourceDefinition[]) {
    this.#ajv.addSchema(core);
    for (const [name, schema] of Object.entries(core.$defs)) {
      for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? [])
        this.#schemas.set(keyOf(group === '' ? version : `${group}/${version}`, kind), { $ref: `${core.$id}#/$defs/${name}` });
    }
    for (const { spec } of definitions) {
      for (const { name, schema } of spec.versions)
        this.#schemas.set(keyOf(`${spec.group}/${name}`, spec.names.kind), withMetadata(strictly(schema.openAPIV3Schema)));
    }
  }

  /** One sentence for each fault; a kind without a schema is one too. */
  faultsOf(manifest: Manifest): string[] {
    const key = keyOf(manifest.apiVersion, manifest.kind);
    const name = `${manifest.kind} ${manifest.metadata.name}`;
    const schema = this.#schemas.get(key);
    if (schema === undefined) return [`${name}: nobody knows the kind ${key}`];
    let validate = this.#compiled.get(key);
    if (validate === undefined) this.#compiled.set(key, (validate = this.#ajv.compile(schema)));
    if (validate(manifest)) return [];
    return validate.errors!.map(
      ({ instancePath, message, params }) => `${name}${instancePath}: ${message} ${String(params['additionalProperty'] ?? '')}`,
    );
  }
}

/** Patterns are Go's, which has its flags inside of the pattern. */
const goPattern = Object.assign(
  (pattern: string, flags: string) => new RegExp(pattern.replace('(?i)', ''), pattern.includes('(?i)') ? `${flags}i` : flags),
  {
    code: 'goPattern',
  },
);

/** What the schema of a definition means as JSON Schema: objects with named fields have no others, and Kubernetes's own words are gone. */
function strictly(schema: Schema): Schema {
  const { nullable, ...rest } = schema;
  const result = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, part(key, value)])) as Record<string, unknown>;
  if (schema['x-kubernetes-int-or-string'] === true) {
    delete result['type'];
    delete result['pattern'];
    result['anyOf'] = [{ type: 'integer' }, { type: 'string' }];
  }
  if (nullable === true && typeof result['type'] === 'string') result['type'] = [result['type'], 'null'];
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-embedded-resource'] === true;
  if (schema['properties'] !== undefined && schema['additionalProperties'] === undefined && !isOpen) result['additionalProperties'] = false;
  return result;
}

function part(key: string, value: unknown): unknown {
  if (key === 'properties')
    return Object.fromEntries(Object.entries(value as Readonly<Record<string, Schema>>).map(([name, each]) => [name, strictly(each)]));
  if ((key === 'items' || key === 'additionalProperties') && typeof value === 'object') return strictly(value as Schema);
  return value; // allOf, anyOf, oneOf and not only narrow what `properties` names
}

function withMetadata(schema: Schema): Schema {
  const text = { type: 'string' };
  const properties = { ...(schema['properties'] as Schema), apiVersion: text, kind: text, metadata: { type: 'object' } };
  return { ...schema, properties };
}
