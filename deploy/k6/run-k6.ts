import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

const SCENARIOS = join(import.meta.dirname, 'scenarios');

/** What k6 exits with when a threshold was crossed. https://grafana.com/docs/k6/latest/using-k6/thresholds/ */
export const THRESHOLDS_CROSSED = 99;

/** Without their ending. */
export const scenarioNames = async (): Promise<string[]> =>
  (await readdir(SCENARIOS))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .sort();

export interface K6Run {
  readonly k6: string;
  readonly scenario: string;
  /** `PARLEY_*`, as lib/settings.ts reads them. */
  readonly settings: Readonly<Record<string, string>>;
  /** Further options of k6. */
  readonly args?: readonly string[];
  /** Gets what k6 prints; default: it goes to the terminal. */
  readonly onOutput?: (text: string) => void;
}

/** Runs a scenario to its end and answers the exit code of k6. Nothing is sent anywhere but to the installation. */
export async function runK6({ k6, scenario, settings, args = [], onOutput }: K6Run): Promise<number> {
  const all = ['run', '--no-usage-report', ...args, join(SCENARIOS, `${scenario}.ts`)];
  const child = spawn(k6, all, {
    env: { ...process.env, K6_AUTO_EXTENSION_RESOLUTION: 'false', ...settings },
    stdio: onOutput ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => onOutput?.(text));
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
