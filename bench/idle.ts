import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cpuBetween } from './support/cpu.ts';
import { markdownTable, provenance } from './support/report.ts';
import { Services } from './support/services.ts';

/** CPU of every process of distributed mode while nothing happens: all are connected to all their engines, nobody to them. */
const AIM_PERCENT = 1;
const { values } = parseArgs({ options: { settle: { type: 'string', default: '15' }, seconds: { type: 'string', default: '30' } } });

await using services = await Services.start({ counts: { gateway: 2, messages: 2, media: 1, web: 1 } });
await delay(Number(values.settle) * 1000);
const begin = { at: performance.now(), cpu: services.cpuOfEach() };
await delay(Number(values.seconds) * 1000);
const seconds = (performance.now() - begin.at) / 1000;
const rows = Object.entries(cpuBetween(begin.cpu, services.cpuOfEach())).map(([name, micros]) => {
  const percent = micros / seconds / 10_000;
  return [name, `${percent.toFixed(2)} %`, /^[A-Z]/.test(name) ? '' : percent < AIM_PERCENT ? 'yes' : 'NO'];
});
console.log(`\nIdle CPU, of one core, over ${Math.round(seconds)} s, ${values.settle} s after the start.\n${provenance()}\n`);
console.log(markdownTable(['process', 'CPU', `under ${AIM_PERCENT} %`], rows));
