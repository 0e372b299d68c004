import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/** Where and of what the numbers are. */
export function provenance(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  const isClean = git('status', '--porcelain', '--untracked-files=no') === '';
  const [cpu] = cpus();
  return [
    `commit ${git('rev-parse', '--short', 'HEAD')}${isClean ? '' : ' with local changes'}`,
    `Node ${process.versions.node}`,
    `${cpus().length} x ${cpu?.model ?? 'unknown processor'}`,
    new Date().toISOString().slice(0, 10),
  ].join(', ');
}

export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Enough digits to compare, no more than were measured. */
export const rounded = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3));
