/** What whoever backs up or restores has to put right; the message says all. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly isForOperator = true;
}
