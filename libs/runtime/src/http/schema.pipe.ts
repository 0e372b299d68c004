import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { ParleyError, validationError } from '@parley/contracts';

/** Checks every parameter that was declared with a schema: bodies, queries and path parameters, and payloads of socket events. */
export class SchemaPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues) => validationError(issues) });
  }

  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    if (metadata.type === 'body' && value === undefined && metadata.schema) {
      throw new ParleyError('VALIDATION_FAILED', { detail: 'Send the body as JSON, with the content type application/json.' });
    }
    return super.transform(value, metadata);
  }

  /** Such keys are faults like all other unknown ones; the schemas are strict. Nest would drop them in silence. */
  protected override stripProtoKeys(): void {}
}
