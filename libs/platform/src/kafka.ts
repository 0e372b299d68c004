/** What speaks Kafka: apart from the rest, so that only processes of the distributed mode load its client. */
export * from './event-log/kafka/kafka-backlog.js';
export * from './event-log/kafka/kafka-connection.js';
export * from './event-log/kafka/kafka-dead-letters.js';
export * from './event-log/kafka/kafka-event-log.js';
export * from './event-log/kafka/kafka-topics.js';
