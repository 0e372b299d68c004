import type { z } from 'zod';

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>;
type Emitted = Omit<Parameters<Override>[0], 'path'>;

/** Makes what zod emits say what clients may rely on, no more and no less. For both documents. */
export function tidyJsonSchema({ zodSchema, jsonSchema }: Emitted, io: 'input' | 'output'): void {
  // The format says it already, in fewer than 300 characters.
  if (jsonSchema.format === 'uuid' || jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  // A number in a query arrives as text; the schema's `meta` says what it is.
  if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // Answers may grow: clients ignore fields that they do not know.
  const definition = zodSchema._zod.def;
  if (io === 'output' && definition.type === 'object' && !('catchall' in definition && definition.catchall))
    delete jsonSchema.additionalProperties;
}
