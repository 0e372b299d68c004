import { commandOf, processTree, pssBytes } from '@parley/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startProduct } from '../services/standalone/test/support/product.ts';
import { markdownTable, provenance } from './support/report.ts';

/** Memory of the idle product: every process that belongs to it, each page counted once. */
const AIM_MB = 350;
const { values } = parseArgs({ options: { settle: { type: 'string', default: '20' } } });

await using product = await startProduct({ env: { NODE_ENV: 'production' } });
await delay(Number(values.settle) * 1000);
const processes = processTree(product.pid).map((pid) => ({ name: nameOf(commandOf(pid)), megabytes: pssBytes(pid) / 1e6 }));
const total = processes.reduce((sum, { megabytes }) => sum + megabytes, 0);
const rows = processes.map(({ name, megabytes }) => [name, megabytes.toFixed(1)]);
console.log(`\nIdle memory of embedded mode (PSS, MB), ${values.settle} s after the start.\n${provenance()}\n`);
console.log(markdownTable(['process', 'MB'], [...rows, ['**total**', `**${total.toFixed(1)}** (aim: under ${AIM_MB})`]]));
await product.stop();

function nameOf(command: string): string {
  if (command.startsWith('postgres:')) return command.replace(/ [\d.]+\(\d+\)/, '');
  const program = command.split(' ', 1)[0]!.split('/').at(-1)!;
  return program === 'node' ? 'node (the product)' : program;
}
