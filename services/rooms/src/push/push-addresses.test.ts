import { describe, expect, it } from 'vitest';
import { isPossibleEndpoint, isPublicAddress, lookupPublic } from './push-addresses.js';

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '142.250.185.106', '2a00:1450:4001:829::200a', '2606:4700::1111'])('lets %s through', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254', '172.31.0.1', '192.168.1.1', '198.18.0.1'],
    ...['224.0.0.1', '255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::1'],
    ...['2001:0:1::1', '2001:db8::1', 'fc00::1', 'fe80::1', 'ff02::1', 'example.org', ''],
  ])('keeps %s out', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('isPossibleEndpoint', () => {
  it.each(['https://fcm.googleapis.com/fcm/send/abc', 'https://8.8.8.8/x', 'https://[2606:4700::1111]/x'])('takes %s', (endpoint) => {
    expect(isPossibleEndpoint(endpoint)).toBe(true);
  });

  it.each([
    ...['http://push.example.org/x', 'https://push.example.org:8443/x', 'https://me@push.example.org/', 'https://me:pw@push.example.org/'],
    ...['https://localhost/x', 'https://rooms/x', 'https://127.1/x', 'https://0x7f000001/x', 'https://2130706433/', 'https://[::1]/'],
    ...['https://[::ffff:10.0.0.1]/', 'https://169.254.169.254/latest', 'file:///etc/passwd', 'ftp://push.example.org/', 'nothing'],
  ])('refuses %s', (endpoint) => expect(isPossibleEndpoint(endpoint)).toBe(false));
});

it('lookupPublic refuses a name that leads to this machine, however it is asked', async () => {
  for (const all of [true, false]) {
    const code = await new Promise((resolve) => {
      lookupPublic('localhost', { all }, (error) => resolve(error?.code));
    });
    expect(code).toBe('EPRIVATE');
  }
});
