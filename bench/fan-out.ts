import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { PreparedFrameAdapter } from '@parley/platform';
import { Server } from 'socket.io';
import { Adapter } from 'socket.io-adapter';
import { WebSocket } from 'ws';
import { markdownTable, provenance } from './support/report.ts';
import { median } from './support/statistics.ts';

/**
 * What it costs a gateway to bring one event to one socket of a large room: with Socket.IO's own adapter and with ours.
 * The viewers are a process of their own and are not counted. A round is over when every viewer has got everything.
 */
const { values } = parseArgs({ options: { viewers: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '300' } } });
const VIEWERS = Number(values.viewers);
const ROUNDS = Number(values.rounds);
const WARM_UP_ROUNDS = 60;
const BURST = 10;
const ORDER = ['stock', 'prepared', 'prepared', 'stock', 'stock', 'prepared'] as const;
const ADAPTERS = { stock: Adapter, prepared: PreparedFrameAdapter };

if (process.send) await watch(Number(process.env['BENCH_PORT']));
else await measure();

/** The viewers: bare WebSockets that speak enough Socket.IO to connect, and count what comes. */
async function watch(port: number): Promise<void> {
  let arrived = 0;
  let joined = 0;
  let awaited = Number.POSITIVE_INFINITY;
  const report = (): void => {
    if (arrived < awaited) return;
    awaited = Number.POSITIVE_INFINITY;
    process.send?.('arrived');
  };
  process.on('message', (total: number) => {
    awaited = total;
    report();
  });
  for (let i = 0; i < VIEWERS; i++) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, { perMessageDeflate: false });
    socket.on('message', (data: Buffer) => {
      const kind = data.toString('latin1', 0, 2);
      if (kind.startsWith('0')) socket.send('40');
      else if (kind.startsWith('2')) socket.send('3');
      else if (kind === '40') {
        if (++joined === VIEWERS) process.send?.('joined');
      } else {
        arrived++;
        report();
      }
    });
    await once(socket, 'open');
  }
}

async function measure(): Promise<void> {
  const costs = { single: { stock: [] as number[], prepared: [] as number[] }, burst: { stock: [] as number[], prepared: [] as number[] } };
  for (const name of ORDER) {
    const { single, burst } = await costsWith(ADAPTERS[name]);
    costs.single[name].push(single);
    costs.burst[name].push(burst);
  }
  const row = (label: string, { stock, prepared }: { stock: number[]; prepared: number[] }): string[] => [
    label,
    median(stock).toFixed(2),
    median(prepared).toFixed(2),
    (median(prepared) / median(stock)).toFixed(2),
  ];
  console.log(`\nCPU us of the gateway per delivery, ${VIEWERS} viewers in one room.\n${provenance()}\n`);
  console.log(
    markdownTable(
      ['', 'Socket.IO', 'prepared frames', 'ratio'],
      [row('one at a time', costs.single), row(`${BURST} in one turn`, costs.burst)],
    ),
  );
}

async function costsWith(adapter: typeof Adapter): Promise<{ single: number; burst: number }> {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'], serveClient: false, adapter });
  server.on('connection', (socket) => void socket.join('room'));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const viewers = fork(import.meta.filename, process.argv.slice(2), { env: { ...process.env, BENCH_PORT: String(port) } });
  await once(viewers, 'message');
  let sent = 0;
  const costOf = async (rounds: number, size: number): Promise<number> => {
    const before = process.cpuUsage();
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < size; i++) server.to('room').emit('messages', batch());
      viewers.send((sent += size * VIEWERS));
      await once(viewers, 'message');
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / (rounds * size * VIEWERS);
  };
  await costOf(WARM_UP_ROUNDS, 1);
  const single = await costOf(ROUNDS, 1);
  const burst = await costOf(Math.ceil(ROUNDS / BURST), BURST);
  viewers.kill();
  await once(viewers, 'exit');
  await server.close();
  return { single, burst };
}

function batch(): object {
  const sender = { id: randomUUID(), username: 'somebody', displayName: 'Some Body', avatarUrl: `/api/users/${randomUUID()}/avatar` };
  return {
    roomId: randomUUID(),
    epoch: 1,
    messages: [{ id: randomUUID(), seq: 1, text: 'x'.repeat(100), sender, createdAt: new Date().toISOString() }],
  };
}
