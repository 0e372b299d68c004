/** What whoever runs the import has to put right; the message says all. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly isForOperator = true;
}
