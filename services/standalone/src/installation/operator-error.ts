/** What whoever runs a command has to put right; the message says all. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly isForOperator = true;
}
