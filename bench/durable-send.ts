import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runClosedLoop, type ClosedLoopLoad, type ClosedLoopResult } from './support/closed-loop.ts';
import { assertComparable } from './support/comparable.ts';
import { markdownTable, provenance, rounded } from './support/report.ts';
import { median } from './support/statistics.ts';
import type { TargetKind } from './support/target.ts';
import { distributed } from './support/targets/distributed.ts';
import { naiveNest } from './support/targets/naive-nest.ts';
import { parley, tracedParley } from './support/targets/parley.ts';

interface Run {
  readonly target: string;
  readonly load: ClosedLoopLoad;
  readonly result: ClosedLoopResult;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '10' },
    'warm-up': { type: 'string', default: '5' },
    senders: { type: 'string', default: '50' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});

const load: ClosedLoopLoad = {
  senders: Number(values.senders),
  rooms: Number(values.senders),
  membersPerRoom: 2,
  textBytes: 100,
  warmUpSeconds: Number(values['warm-up']),
  measuredSeconds: Number(values.seconds),
};
const KINDS = [
  naiveNest,
  parley,
  distributed('distributed', { partitions: 4 }),
  distributed('distributed-2-gateways', { partitions: 4, counts: { gateway: 2 } }),
];
/** Only when they are asked for. */
const TRACED = [tracedParley('parley-traced', 1), tracedParley('parley-traced-1-percent', 0.01)];
const wanted = values.only?.split(',');
const kinds = wanted === undefined ? KINDS : [...KINDS, ...TRACED].filter((kind) => wanted.includes(kind.name));
/** CPU per message, as a part of the baseline's. */
const AIMS: Readonly<Record<string, string>> = { parley: '0.2', distributed: '0.33', 'distributed-2-gateways': '0.33' };
const runs: Run[] = [];

// Back and forth (A B B A A B …), each time from an empty database: a machine that grows slower favours nobody.
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const kind of round % 2 === 0 ? kinds : kinds.toReversed()) runs.push(await measure(kind));
}
assertComparable(runs.map((run) => run.load));
if (values.json) await writeFile(values.json, JSON.stringify({ provenance: provenance(), runs }, null, 2));
console.log(`\n${report()}`);

async function measure(kind: TargetKind): Promise<Run> {
  const target = await kind.start();
  try {
    const result = await runClosedLoop(target, load);
    const { messagesPerSecond, cpuMicrosPerMessage, ackMs } = result;
    console.log(
      `${kind.name}: ${rounded(messagesPerSecond)} msg/s, ${rounded(cpuMicrosPerMessage)} CPU-us/message, ack p50 ${rounded(ackMs.p50)} ms`,
    );
    return { target: kind.name, load, result };
  } finally {
    await target[Symbol.asyncDispose]();
  }
}

function report(): string {
  const of = (name: string, value: (result: ClosedLoopResult) => number) =>
    median(runs.filter((run) => run.target === name).map((run) => value(run.result)));
  const partsOf = (name: string) => Object.keys(runs.find((run) => run.target === name)!.result.cpuMicrosByPart);
  const rows = kinds.map(({ name }) => [
    name,
    rounded(of(name, (result) => result.cpuMicrosPerMessage)),
    partsOf(name)
      .map((part) => `${part} ${rounded(of(name, (result) => result.cpuMicrosByPart[part]!))}`)
      .join(', '),
    rounded(of(name, (result) => result.messagesPerSecond)),
    `${rounded(of(name, (result) => result.ackMs.p50))} / ${rounded(of(name, (result) => result.ackMs.p99))}`,
    `${rounded(of(name, (result) => result.deliveryMs.p50))} / ${rounded(of(name, (result) => result.deliveryMs.p99))}`,
    `${Math.round(100 * of(name, (result) => result.generatorLoad))} %`,
  ]);
  const ratio = (name: string, value: (result: ClosedLoopResult) => number) => rounded(of(name, value) / of('naive-nest', value));
  const lines = [
    `Durable send: ${load.senders} closed-loop senders in ${load.rooms} rooms, ${load.membersPerRoom} connected members each, ` +
      `${load.textBytes}-byte texts; ${load.warmUpSeconds} s warm-up, ${load.measuredSeconds} s measured, medians of ${values.rounds}.`,
    provenance(),
    '',
    markdownTable(
      ['target', 'CPU-us/message', 'of which', 'msg/s', 'ack p50 / p99 ms', 'delivery p50 / p99 ms', 'generator, of one core'],
      rows,
    ),
    '',
    ...kinds.map((kind) => `- ${kind.name}: ${kind.description}`),
  ];
  for (const { name } of kinds.filter((kind) => kind !== naiveNest && kinds.includes(naiveNest))) {
    const cpu = ratio(name, (result) => result.cpuMicrosPerMessage);
    const rate = ratio(name, (result) => result.messagesPerSecond);
    lines.push(`- ${name} to naive-nest: ${cpu} of its CPU per message (aim: at most ${AIMS[name]}), ${rate} of its msg/s`);
  }
  return lines.join('\n');
}
