import { SyncRooms } from '@parley/contracts';
import { z } from 'zod';
import { tidyJsonSchema } from './json-schema.js';

type Io = 'input' | 'output';
type JsonSchema = Record<string, unknown>;

const REFERENCE = '#/components/schemas/';

/** Collects the schemas that a document uses, each once under its name, with everything that they refer to. */
export class SchemaCatalogue {
  private readonly used = new Map<string, { io: Io; schema: JsonSchema }>();

  /** A reference to the schema, under its own id or else under the given name. */
  use(schema: z.ZodType, name: string, io: Io): { $ref: string } {
    const id = z.globalRegistry.get(schema)?.id ?? name;
    if (!z.globalRegistry.get(schema)?.id) schema.register(z.globalRegistry, { ...z.globalRegistry.get(schema), id });
    this.collect(id, io);
    return { $ref: REFERENCE + id };
  }

  /** All of them by name, in alphabetical order. */
  toJSON(): Record<string, JsonSchema> {
    const names = [...this.used.keys()].sort();
    return Object.fromEntries(names.map((name) => [name, this.used.get(name)?.schema ?? {}]));
  }

  private collect(id: string, io: Io): void {
    const known = this.used.get(id);
    const schema = emitAll(io)[id];
    if (!schema) throw new Error(`there is no schema ${id}`);
    if (known) {
      if (known.io !== io && JSON.stringify(known.schema) !== JSON.stringify(schema))
        throw new Error(`${id} is not the same for requests and answers: name them apart`);
      return;
    }
    this.used.set(id, { io, schema });
    for (const reference of references(schema)) this.collect(reference, io);
  }
}

/** AsyncAPI 3 reads draft 7 without being told; its schemas are a superset of it. */
function emitAll(io: Io): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    io,
    target: 'draft-7',
    unrepresentable: 'any',
    uri: (id) => REFERENCE + id,
    override: (context) => {
      tidyJsonSchema(context, io);
      // The schema leaves its entries open, because they are checked one by one when they are served.
      if (context.zodSchema === SyncRooms.shape.rooms.element) context.jsonSchema.$ref = `${REFERENCE}RoomPosition`;
    },
  });
  for (const schema of Object.values(schemas)) {
    delete schema.$schema;
    delete schema.$id;
  }
  return schemas;
}

function references(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value.slice(REFERENCE.length)] : references(value),
  );
}
