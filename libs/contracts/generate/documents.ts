import { asyncApiDocument } from './asyncapi.js';
import { errorTable } from './error-table.js';
import { openApiDocument } from './openapi.js';

/** Everything that is derived from the contracts: path in the repository -> content. */
export function documents(): Record<string, string> {
  return {
    'docs/api/openapi.json': `${JSON.stringify(openApiDocument(), null, 2)}\n`,
    'docs/api/asyncapi.json': `${JSON.stringify(asyncApiDocument(), null, 2)}\n`,
    'docs/api/errors.md': errorTable(),
  };
}
