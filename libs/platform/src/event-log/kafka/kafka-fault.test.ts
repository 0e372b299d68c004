import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { isBrokerAnswer, isRetriableByKafka } from './kafka-fault.js';

const answer = (type: string, retriable: boolean) =>
  new kafkajs.KafkaJSProtocolError(Object.assign(new Error(type), { type, code: 1, retriable }));
const exceeded = (cause: Error) => new kafkajs.KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 1, retryTime: 1 });
const bailedOut = (cause: Error) => Object.assign(new kafkajs.KafkaJSNonRetriableError(cause), { cause });
const refused = new kafkajs.KafkaJSConnectionError('Connection error: connect ECONNREFUSED 127.0.0.1:9092', {});

describe('isRetriableByKafka', () => {
  it.each([
    ['a refused connection', refused, true],
    ['a refused connection that kafkajs has given up', exceeded(refused), true],
    ['the same, bailed out of', bailedOut(exceeded(refused)), true],
    ['a connection that broke a moment before', new Error('Broker not connected'), true],
    ['a passing refusal of the broker', exceeded(answer('NOT_LEADER_FOR_PARTITION', true)), true],
    ['a refusal for good', answer('MESSAGE_TOO_LARGE', false), false],
    ['the same, bailed out of', bailedOut(answer('MESSAGE_TOO_LARGE', false)), false],
    ['a mistake of ours', new TypeError('undefined is not a function'), false],
  ])('knows %s', (_, error, isRetriable) => {
    expect(isRetriableByKafka(error)).toBe(isRetriable);
  });
});

describe('isBrokerAnswer', () => {
  it('tells a refusal from a broken connection', () => {
    expect(isBrokerAnswer(exceeded(answer('NOT_LEADER_FOR_PARTITION', true)))).toBe(true);
    expect(isBrokerAnswer(exceeded(refused))).toBe(false);
  });
});
