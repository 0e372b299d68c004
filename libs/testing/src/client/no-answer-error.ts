/** No definite answer: whether the command was carried out is unknown if it was sent, and it was not if it was not. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(
    message: string,
    readonly wasSent: boolean,
  ) {
    super(message);
  }
}
