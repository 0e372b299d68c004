import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.js';

const request = (remoteAddress: string | undefined, forwarded?: string | string[]) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

describe('clientAddress', () => {
  it.each<[string, string | undefined, string | string[] | undefined, number, string]>([
    ['the connection, if no proxy is trusted', '192.0.2.1', '198.51.100.7', 0, '192.0.2.1'],
    ['what the one proxy saw', '192.0.2.1', '198.51.100.7', 1, '198.51.100.7'],
    ['not what the client made up', '192.0.2.1', '203.0.113.9, 198.51.100.7', 1, '198.51.100.7'],
    ['what the outer of two proxies saw', '192.0.2.1', '203.0.113.9, 198.51.100.7, 192.0.2.2', 2, '198.51.100.7'],
    ['the farthest known, if fewer proxies spoke', '192.0.2.1', undefined, 2, '192.0.2.1'],
    ['over several headers', '192.0.2.1', ['203.0.113.9', '198.51.100.7'], 1, '198.51.100.7'],
    ['without empty parts', '192.0.2.1', '198.51.100.7, ,', 1, '198.51.100.7'],
    ['IPv4 as such', '::ffff:192.0.2.1', undefined, 0, '192.0.2.1'],
    ['IPv6 as it is', '2001:db8::1', undefined, 0, '2001:db8::1'],
    ['nothing, when the connection is gone', undefined, undefined, 1, ''],
  ])('is %s', (_case, remote, forwarded, proxies, expected) => {
    expect(clientAddress(request(remote, forwarded), proxies)).toBe(expected);
  });
});
