import { beforeAll, describe, expect, it } from 'vitest';
import { HttpContract } from './http-contract.js';
import { SocketContract } from './socket-contract.js';

const id = '01a1fdb8-89a9-726d-9d75-ca657e01edb1';
const time = '2026-01-01T00:00:00.000Z';
const user = { id, username: 'al', displayName: 'Al', avatarUrl: '/a', bio: '', status: null, createdAt: time, roles: [] };

describe('the contract over HTTP', () => {
  let contract: HttpContract;
  beforeAll(() => (contract = new HttpContract()));

  const faultsOf = (
    body: unknown,
    { status = 200, path = `/api/users/${id}`, method = 'GET', type = 'application/json', requestId = 'r' } = {},
  ) =>
    contract.faultsOf({
      method,
      path,
      status,
      headers: new Headers({ 'content-type': type, ...(requestId === '' ? {} : { 'x-request-id': requestId }) }),
      text: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const problem = (code: string, status: number) => ({
    type: `urn:parley:error:${code}`,
    title: 'x',
    status,
    code,
    detail: 'x',
    requestId: 'r',
  });
  const problemType = { type: 'application/problem+json' };

  it('has no objection to what is documented', () => {
    expect(faultsOf(user)).toEqual([]);
    expect(faultsOf(problem('USER_NOT_FOUND', 404), { status: 404, ...problemType })).toEqual([]);
    expect(faultsOf('', { status: 204, method: 'DELETE', path: '/api/sessions', type: '' })).toEqual([]);
  });

  it.each([
    ['a field that nobody knows', () => faultsOf({ ...user, password: 'x' }), 'must NOT have additional properties'],
    ['a field that is missing', () => faultsOf({ ...user, bio: undefined }), "must have required property 'bio'"],
    ['a time that is none', () => faultsOf({ ...user, createdAt: 'today' }), 'must match format'],
    [
      'a field too much in a list of the list',
      () => faultsOf({ users: [{ ...user, x: 1 }], nextCursor: null }, { path: '/api/users' }),
      'additional',
    ],
    ['a status that is not documented', () => faultsOf(user, { status: 201 }), 'answered 201'],
    ['a method that is not documented', () => faultsOf(user, { method: 'PUT' }), 'there is no such call'],
    ['a code that is not documented', () => faultsOf(problem('LAST_OWNER', 404), { status: 404, ...problemType }), 'not among its codes'],
    ['a problem of another status', () => faultsOf(problem('USER_NOT_FOUND', 400), { status: 404, ...problemType }), 'another status'],
    ['a page in place of JSON', () => faultsOf('<html>', { type: 'text/html' }), 'in place of JSON'],
    ['no request id', () => faultsOf(user, { requestId: '' }), 'without X-Request-Id'],
  ])('finds %s', (_, faults, expected) => expect(faults().join()).toContain(expected));

  it('takes no pattern for a name, and what belongs to others for nothing', () => {
    expect(contract.findPath(`/api/media/${id}/thumbnail`)).toBe('/api/media/{id}/thumbnail');
    expect(contract.findPath('/internal/rooms')).toBeUndefined();
    expect(faultsOf('<html>', { path: '/internal/rooms' })).toEqual([]);
    expect(faultsOf('<html>', { status: 503, type: 'text/html', requestId: '' })).toEqual([]);
  });
});

describe('the contract over Socket.IO', () => {
  const contract = new SocketContract();

  it('has no objection to what is documented', () => {
    expect(contract.faultsOfEvent('live', 'session:ended', { reason: 'logout' })).toEqual([]);
    expect(contract.faultsOfEvent('classic', 'session:ended', { reason: 'logout' })).toEqual([]);
    expect(contract.faultsOfAck('live', 'message:edit', { ok: true, data: { rev: 1 } })).toEqual([]);
    const error = { code: 'UNKNOWN_EVENT', message: 'x', retryable: false };
    expect(contract.faultsOfAck('live', 'invented', { ok: false, error })).toEqual([]);
  });

  it('finds what is not', () => {
    expect(contract.faultsOfEvent('live', 'session:ended', { reason: 'logout', by: id })).not.toEqual([]);
    expect(contract.faultsOfEvent('live', 'receive_message', {})).toEqual(['the event receive_message is not in the contract']);
    expect(contract.faultsOfAck('live', 'message:edit', { ok: true, data: { rev: 1, seq: 1 } })).not.toEqual([]);
    expect(contract.faultsOfAck('live', 'message:edit', undefined)).not.toEqual([]);
    expect(contract.faultsOfAck('live', 'message:edit', { ok: false, error: { code: 'OUCH', message: '', retryable: false } })).not.toEqual(
      [],
    );
    expect(contract.faultsOfAck('classic', 'invented', { ok: true, data: {} })).not.toEqual([]);
  });
});
