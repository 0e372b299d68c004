/** What kafkajs puts around errors: retries, aggregates. The innermost says what was wrong. */
function innermost(error: unknown): { name?: string; retriable?: boolean; type?: string } {
  let fault = error;
  while (fault instanceof Error && fault.name === 'KafkaJSNumberOfRetriesExceeded' && fault.cause) fault = fault.cause;
  return fault as { name?: string };
}

/** The broker answered and refused, so the connection is well. */
export const isBrokerAnswer = (error: unknown): boolean => innermost(error).name === 'KafkaJSProtocolError';

/** Whether the same request may succeed later. */
export function isRetriableByKafka(error: unknown): boolean {
  const { name, retriable } = innermost(error);
  return name?.startsWith('KafkaJS') === true && retriable !== false;
}

/** This member's share of the group is no longer its own. */
export const isLostAssignment = (error: unknown): error is Error =>
  ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP', 'FENCED_INSTANCE_ID'].includes(
    (error as { type?: string }).type ?? '',
  );
