// `npm run k6 -- SCENARIO`: a scenario of deploy/k6/scenarios against an installation; see docs/load-testing.md.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { searchCapacity } from './capacity.ts';
import { obtainK6 } from './obtain-k6.ts';
import { runK6, scenarioNames } from './run-k6.ts';

const CACHE = join(import.meta.dirname, '../../.cache/stack');
const scenarios = await scenarioNames();
const USAGE = `npm run k6 -- SCENARIO [options] [-- options of k6]

Scenarios: ${scenarios.join(', ')}
capacity looks for the most people for whom it holds its limits; the others run once.

  --url URL            the installation (http://127.0.0.1:8080); load only what is yours
  --people FILE        what \`npm run mint\` wrote (people.json)
  --count N            how many of them; also --seconds, --rate (messages per second of all), --join-seconds, --people-per-vu
  --from N             where the search for the capacity begins (250)
`;

const fail = (message: string): never => {
  process.stderr.write(`k6: ${message}\n`);
  process.exit(1);
};

function parse() {
  const number = { type: 'string' } as const;
  try {
    return parseArgs({
      args: process.argv.slice(2),
      allowPositionals: true,
      options: {
        help: { type: 'boolean', default: false },
        url: { type: 'string', default: 'http://127.0.0.1:8080' },
        people: { type: 'string', default: 'people.json' },
        count: number,
        seconds: number,
        rate: number,
        'join-seconds': number,
        'people-per-vu': number,
        from: { type: 'string', default: '250' },
      },
    });
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${USAGE}`);
  }
}

const { values, positionals } = parse();
const [scenario, ...args] = positionals;
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (scenario === undefined || !scenarios.includes(scenario)) fail(`which scenario?\n\n${USAGE}`);
const file = resolve(process.env.INIT_CWD ?? process.cwd(), values.people);
if (!existsSync(file)) fail(`there is no ${file}: make people and their tokens with \`npm run mint -- --people 1000\``);
const minted = JSON.parse(readFileSync(file, 'utf8')) as { tokensEndAt: string; people: unknown[] };
if (Date.parse(minted.tokensEndAt) < Date.now()) fail(`the tokens in ${file} have run out: run \`npm run mint\` again`);
const settings: Record<string, string> = { PARLEY_URL: values.url, PARLEY_PEOPLE: file };
for (const name of ['count', 'seconds', 'rate', 'join-seconds', 'people-per-vu'] as const) {
  const value = values[name];
  if (value === undefined) continue;
  if (!(Number(value) > 0)) fail(`--${name} ${value}: must be a number above 0`);
  settings[`PARLEY_${name.toUpperCase().replaceAll('-', '_')}`] = value;
}
const print = (line: string) => process.stdout.write(`${line}\n`);
try {
  const k6 = await obtainK6(CACHE, print);
  if (scenario === 'capacity') {
    const people = await searchCapacity({ k6, settings, args, from: Number(values.from), most: minted.people.length, print });
    print(`capacity: ${people} people${people === minted.people.length ? ' and more: there are no more in the file' : ''}`);
  } else process.exitCode = await runK6({ k6, scenario: scenario!, settings, args });
} catch (error) {
  fail((error as Error).message);
}
