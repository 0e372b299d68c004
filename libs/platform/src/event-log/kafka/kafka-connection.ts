import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Logger } from '@nestjs/common';
import kafkajs, { type ISocketFactory, type Kafka, type KafkaConfig, type LogEntry, type RetryOptions } from 'kafkajs';
import { fixRequestQueue } from './request-queue-fix.js';

/** How the brokers are reached. */
export interface KafkaConnection {
  /** `host:port` */
  readonly brokers: readonly string[];
  /** Shows in the brokers' logs and quotas; default `parley`. */
  readonly clientId?: string;
  readonly ssl?: NonNullable<KafkaConfig['ssl']>;
  readonly sasl?: NonNullable<KafkaConfig['sasl']>;
  /** For tests. */
  readonly socketFactory?: ISocketFactory;
}

/** An answer that takes longer is given up; the broker may still carry the request out. */
const REQUEST_MS = 3_000;

/**
 * A client of its own: consumers of one `Kafka` share what they know of their group's committed offsets, which is wrong as soon
 * as two members of a group live in one process.
 */
export function kafkaClient({ brokers, clientId = 'parley', ...connection }: KafkaConnection, retry: RetryOptions): Kafka {
  fixRequestQueue();
  return new kafkajs.Kafka({
    socketFactory: openSocket,
    ...connection,
    brokers: [...brokers],
    clientId,
    connectionTimeout: 2_000,
    requestTimeout: REQUEST_MS,
    retry,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => writeLog,
  });
}

/** In words for an operator. */
export const unreachable = (brokers: readonly string[], error: unknown): string =>
  `Kafka at ${brokers.join(', ')} cannot be reached: ${(error as Error).message}; is PARLEY_KAFKA_BROKERS right?`;

/** As kafkajs does it, but without its warnings: it adds a listener per request that fails while the connection is being made. */
export const openSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const socket = ssl
    ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  return socket.setKeepAlive(true, 60_000).setMaxListeners(0);
};

const logger = new Logger('Kafka');

/** What kafkajs calls an error, it mostly mends by itself a moment later. */
function writeLog({ level, log, namespace }: LogEntry): void {
  const { message, groupId, topic, error } = log as { message: string; groupId?: string; topic?: string; error?: unknown };
  const details = [groupId, topic, error].filter((detail) => detail !== undefined).map(String);
  const line = `${namespace}: ${[message, ...details].join(', ')}`;
  if (level <= kafkajs.logLevel.ERROR) logger.warn(line);
  else logger.debug(line);
}
