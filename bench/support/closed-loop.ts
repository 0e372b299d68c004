import { eventually } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 } from 'uuid';
import { cpuBetween, total } from './cpu.ts';
import { SocketIoLine } from './socket-io-line.ts';
import { percentile } from './statistics.ts';
import type { CpuByPart, Pair, Target } from './target.ts';

/** Everything that decides how hard it is. Results of different loads are never compared. */
export interface ClosedLoopLoad {
  readonly senders: number;
  readonly rooms: number;
  /** Connected members of each room, its sender included; each gets every message. */
  readonly membersPerRoom: 2;
  readonly textBytes: number;
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
}

export interface ClosedLoopResult {
  readonly messages: number;
  readonly messagesPerSecond: number;
  readonly ackMs: { readonly p50: number; readonly p99: number };
  /** Until the other member of the room has it. */
  readonly deliveryMs: { readonly p50: number; readonly p99: number };
  /** User and system time of all processes of the target, per acknowledged message. */
  readonly cpuMicrosPerMessage: number;
  /** The same for each part of the target. */
  readonly cpuMicrosByPart: CpuByPart;
  /** Of one core, by the generator: above 0.8 it may be what limits the throughput. */
  readonly generatorLoad: number;
}

const CLIENT_MSG_ID = /"clientMsgId":"([^"]+)"/g;

class Meter {
  readonly ackMs: number[] = [];
  readonly deliveryMs: number[] = [];
  isMeasuring = false;
  isStopped = false;
  acked = 0;
  ownEchoes = 0;
  deliveries = 0;
  readonly errors: string[] = [];
  readonly sentAt = new Map<string, number>();
}

/**
 * Every sender has a room of its own, with one other member, and sends the next message when the last one is
 * acknowledged. Afterwards every acknowledged message must have reached both members once and be stored once.
 */
export async function runClosedLoop(target: Target, load: ClosedLoopLoad): Promise<ClosedLoopResult> {
  const meter = new Meter();
  const pairs = await target.pairs(load.rooms);
  const lines: SocketIoLine[] = [];
  try {
    const senders = await connectAll(target, pairs, meter, lines);
    const loops = senders.map(({ line, pair }) => sendUntilStopped(line, pair.roomId, load, meter));
    await delay(load.warmUpSeconds * 1000);
    const begin = reading(target, meter);
    meter.isMeasuring = true;
    await delay(load.measuredSeconds * 1000);
    meter.isMeasuring = false;
    const end = reading(target, meter);
    meter.isStopped = true;
    await Promise.all(loops);
    await assertWhole(target, pairs, meter);
    const messages = end.acked - begin.acked;
    const cpu = cpuBetween(begin.cpu, end.cpu);
    const seconds = (end.at - begin.at) / 1000;
    return {
      messages,
      messagesPerSecond: messages / seconds,
      ackMs: { p50: percentile(meter.ackMs, 0.5), p99: percentile(meter.ackMs, 0.99) },
      deliveryMs: { p50: percentile(meter.deliveryMs, 0.5), p99: percentile(meter.deliveryMs, 0.99) },
      cpuMicrosPerMessage: total(cpu) / messages,
      cpuMicrosByPart: Object.fromEntries(Object.entries(cpu).map(([part, micros]) => [part, micros / messages])),
      generatorLoad: (end.ownCpu - begin.ownCpu) / 1_000_000 / seconds,
    };
  } finally {
    for (const line of lines) line.close();
  }
}

function reading(target: Target, meter: Meter) {
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now(),
    acked: meter.acked,
    cpu: target.cpu(),
    ownCpu: user + system,
  };
}

async function connectAll(target: Target, pairs: readonly Pair[], meter: Meter, lines: SocketIoLine[]) {
  const senders: { line: SocketIoLine; pair: Pair }[] = [];
  for (const pair of pairs) {
    const listener = await SocketIoLine.open(target.socketUrls.at(-1)!, pair.listenerToken, (text) => onDelivery(text, meter));
    const sender = await SocketIoLine.open(target.socketUrls[0]!, pair.senderToken, (text) => (meter.ownEchoes += countMessages(text)));
    lines.push(listener, sender);
    for (const line of [listener, sender]) {
      const answer = await line.emit('room:open', JSON.stringify({ roomId: pair.roomId }));
      if (!answer.startsWith('[{"ok":true')) throw new Error(`room:open: ${answer}`);
    }
    senders.push({ line: sender, pair });
  }
  return senders;
}

async function sendUntilStopped(line: SocketIoLine, roomId: string, load: ClosedLoopLoad, meter: Meter): Promise<void> {
  const text = 'x'.repeat(load.textBytes);
  while (!meter.isStopped) {
    const clientMsgId = v7();
    const sentAt = performance.now();
    meter.sentAt.set(clientMsgId, sentAt);
    const answer = await line.emit('message:send', `{"roomId":"${roomId}","clientMsgId":"${clientMsgId}","text":"${text}"}`);
    if (answer.startsWith('[{"ok":true')) {
      meter.acked += 1;
      if (meter.isMeasuring) meter.ackMs.push(performance.now() - sentAt);
    } else {
      meter.errors.push(answer);
      await delay(10);
    }
  }
}

function countMessages(text: string): number {
  return text.startsWith('["messages"') ? (text.match(CLIENT_MSG_ID)?.length ?? 0) : 0;
}

function onDelivery(text: string, meter: Meter): void {
  if (!text.startsWith('["messages"')) return;
  const now = performance.now();
  for (const [, clientMsgId] of text.matchAll(CLIENT_MSG_ID)) {
    meter.deliveries += 1;
    const sentAt = meter.sentAt.get(clientMsgId!);
    if (sentAt !== undefined && meter.isMeasuring) meter.deliveryMs.push(now - sentAt);
    meter.sentAt.delete(clientMsgId!);
  }
}

/** A number without its guarantee is worth nothing. */
async function assertWhole(target: Target, pairs: readonly Pair[], meter: Meter): Promise<void> {
  if (meter.errors.length > 0) throw new Error(`${meter.errors.length} sends were refused, the first: ${meter.errors[0]}`);
  await eventually(() => meter.deliveries >= meter.acked && meter.ownEchoes >= meter.acked, {
    timeoutMs: 10_000,
    describe: 'every acknowledged message reaches both members',
  });
  const stored = await eventually(async () => {
    const count = await target.countStored(pairs);
    return count >= meter.acked && { count };
  });
  const counts = { acked: meter.acked, stored: stored.count, delivered: meter.deliveries, echoed: meter.ownEchoes };
  if (new Set(Object.values(counts)).size > 1) throw new Error(`the numbers do not agree: ${JSON.stringify(counts)}`);
}
