import { eventually } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { v7 } from 'uuid';
import { cpuBetween } from './support/cpu.ts';
import { markdownTable, provenance, rounded } from './support/report.ts';
import { SocketIoLine } from './support/socket-io-line.ts';
import { percentile } from './support/statistics.ts';
import type { Pair, Target } from './support/target.ts';
import { distributed } from './support/targets/distributed.ts';

/**
 * How long a message takes from its sender at one gateway to a viewer at another, at a steady pace. Open loop: a message is
 * due at its time whatever became of those before, and its clock starts then.
 */
const { values } = parseArgs({
  options: {
    pace: { type: 'string', default: '200' },
    rooms: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '20' },
    'warm-up': { type: 'string', default: '10' },
  },
});
const AIM_MS = { p50: 25, p99: 100 };
const CLIENT_MSG_ID = /"clientMsgId":"([^"]+)"/g;
const TEXT = 'x'.repeat(100);

const dueAt = new Map<string, number>();
const deliveryMs: number[] = [];
const ackMs: number[] = [];
let isMeasuring = false;
let sent = 0;
let delivered = 0;

await using target = await distributed('two gateways', { counts: { gateway: 2 } }).start();
const senders = await connect(target, await target.pairs(Number(values.rooms)));
const stop = sendSteadily(1000 / Number(values.pace));
await delay(Number(values['warm-up']) * 1000);
const begin = { at: performance.now(), cpu: target.cpu(), own: process.cpuUsage() };
isMeasuring = true;
await delay(Number(values.seconds) * 1000);
isMeasuring = false;
const seconds = (performance.now() - begin.at) / 1000;
const { user, system } = process.cpuUsage(begin.own);
const cpu = { ...cpuBetween(begin.cpu, target.cpu()), 'the generator': user + system };
stop();
await eventually(() => delivered >= sent, { timeoutMs: 10_000, describe: 'every message reaches its viewer' });
if (delivered !== sent) throw new Error(`${sent} sent, ${delivered} delivered`);

const row = (name: string, times: readonly number[], aim?: typeof AIM_MS) => [
  name,
  rounded(percentile(times, 0.5)),
  rounded(percentile(times, 0.99)),
  rounded(Math.max(...times)),
  aim ? `${aim.p50} / ${aim.p99}` : '',
];
console.log(
  `\nFrom one gateway to a viewer at another: ${values.pace} messages/s in ${values.rooms} rooms, ${deliveryMs.length} messages, ms.`,
);
console.log(`${provenance()}\n`);
console.log(
  markdownTable(['to', 'p50', 'p99', 'worst', 'aim p50 / p99'], [row('acknowledgement', ackMs), row('viewer', deliveryMs, AIM_MS)]),
);
const share = (micros: number) => `${(micros / seconds / 10_000).toFixed(1)} %`;
console.log(
  `\nCPU, of one core: ${Object.entries(cpu)
    .map(([name, micros]) => `${name} ${share(micros)}`)
    .join(', ')}`,
);

/** Senders at the first gateway, viewers at the last one. */
async function connect({ socketUrls }: Target, pairs: readonly Pair[]): Promise<{ line: SocketIoLine; roomId: string }[]> {
  return Promise.all(
    pairs.map(async ({ roomId, senderToken, listenerToken }) => {
      const viewer = await SocketIoLine.open(socketUrls.at(-1)!, listenerToken, onDelivery);
      const line = await SocketIoLine.open(socketUrls[0]!, senderToken, () => undefined);
      for (const each of [viewer, line]) {
        const answer = await each.emit('room:open', JSON.stringify({ roomId }));
        if (!answer.startsWith('[{"ok":true')) throw new Error(`room:open: ${answer}`);
      }
      return { line, roomId };
    }),
  );
}

function sendSteadily(intervalMs: number): () => void {
  let due = performance.now();
  const timer = setInterval(() => {
    for (; due <= performance.now(); due += intervalMs) send(due);
  }, 1);
  return () => clearInterval(timer);
}

function send(at: number): void {
  const { line, roomId } = senders[sent % senders.length]!;
  const clientMsgId = v7();
  const isCounted = isMeasuring;
  sent += 1;
  if (isCounted) dueAt.set(clientMsgId, at);
  void line.emit('message:send', `{"roomId":"${roomId}","clientMsgId":"${clientMsgId}","text":"${TEXT}"}`).then((answer) => {
    if (!answer.startsWith('[{"ok":true')) throw new Error(`message:send: ${answer}`);
    if (isCounted) ackMs.push(performance.now() - at);
  });
}

function onDelivery(text: string): void {
  if (!text.startsWith('["messages"')) return;
  const now = performance.now();
  for (const [, clientMsgId] of text.matchAll(CLIENT_MSG_ID)) {
    delivered += 1;
    const at = dueAt.get(clientMsgId!);
    if (at !== undefined) deliveryMs.push(now - at);
    dueAt.delete(clientMsgId!);
  }
}
