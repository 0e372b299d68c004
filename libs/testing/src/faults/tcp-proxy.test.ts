import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { TcpProxy } from './tcp-proxy.js';

let server: Server;
let proxy: TcpProxy;
let heard: string;
let client: Socket;
let answers: string;

beforeEach(async () => {
  heard = answers = '';
  // Answers every piece in capitals.
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard += chunk;
      socket.write(String(chunk).toUpperCase());
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await TcpProxy.start({ targetPort: (server.address() as AddressInfo).port });
  client = await dial();
});

afterEach(async () => {
  client.destroy();
  await proxy.close();
  server.close();
  await once(server, 'close');
});

async function dial(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => (answers += chunk));
  await once(socket, 'connect');
  return socket;
}

describe('TcpProxy', () => {
  it('passes everything on, in order, also when it is delayed', async () => {
    client.write('one ');
    await eventually(() => answers === 'ONE ');
    proxy.delayMs = 20;
    const began = performance.now();
    for (const word of ['two ', 'three ', 'four']) client.write(word);
    await eventually(() => answers === 'ONE TWO THREE FOUR');
    expect(performance.now() - began).toBeGreaterThan(35);
    expect(proxy.dropped).toBe(0);
  });

  it('loses only answers, and goes on afterwards', async () => {
    proxy.mode = 'drop-responses';
    client.write('lost');
    await eventually(() => heard === 'lost' && proxy.dropped === 4);
    proxy.mode = 'pass';
    client.write('kept');
    await eventually(() => answers === 'KEPT');
  });

  it('swallows both directions without a word', async () => {
    proxy.mode = 'blackhole';
    client.write('lost');
    await eventually(() => proxy.dropped === 4);
    expect(heard).toBe('');
    expect(client.destroyed).toBe(false);
    proxy.mode = 'pass';
    client.write('kept');
    await eventually(() => answers === 'KEPT');
  });

  it('cuts what is open and takes nothing new', async () => {
    client.write('one');
    await eventually(() => answers === 'ONE');
    proxy.mode = 'reset';
    await eventually(() => client.closed);
    const second = await dial().catch(() => undefined);
    await eventually(() => !second || second.closed);
    expect(proxy.connections).toBe(0);
    proxy.mode = 'pass';
    client = await dial();
    client.write('again');
    await eventually(() => answers === 'ONEAGAIN');
  });
});
