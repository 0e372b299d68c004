interface BrokerAnswer {
  readonly retriable: boolean;
  /** `MESSAGE_TOO_LARGE` */
  readonly type: string;
}

/** The broker's refusal, if that is at the bottom of it: kafkajs puts errors about retries around it. */
function brokerAnswerIn(error: unknown): BrokerAnswer | undefined {
  for (let fault = error, depth = 0; fault instanceof Error && depth < 8; fault = fault.cause, depth++)
    if (fault.name === 'KafkaJSProtocolError') return fault as Error & BrokerAnswer;
  return undefined;
}

/** The broker answered and refused, so the connection is well. */
export const isBrokerAnswer = (error: unknown): boolean => brokerAnswerIn(error) !== undefined;

/** kafkajs's word for a connection that broke before it was asked to send; it does not take this for a fault of Kafka's. */
const NOT_CONNECTED = 'Broker not connected';

/**
 * Whether the same request may succeed later. kafkajs's own word is worth little: a connection that was refused is "not
 * retriable" once kafkajs has retried it. Only a broker knows what is wrong with a request.
 */
export function isRetriableByKafka(error: unknown): boolean {
  const answer = brokerAnswerIn(error);
  if (answer) return answer.retriable;
  if (!(error instanceof Error)) return false;
  return error.name.startsWith('KafkaJS') || error.message === NOT_CONNECTED || typeof (error as NodeJS.ErrnoException).code === 'string';
}

/** This member's share of the group is no longer its own. */
export const isLostAssignment = (error: unknown): error is Error =>
  ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP', 'FENCED_INSTANCE_ID'].includes(
    (error as { type?: string }).type ?? '',
  );
