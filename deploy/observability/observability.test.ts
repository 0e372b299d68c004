import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { findPromtool } from '../tools/promtool.ts';
import { ALERTS } from './alerts.ts';
import { dashboards } from './dashboards.ts';
import { OBJECTIVES } from './objectives.ts';
import { readQuery, usedQueries } from './queries.ts';
import { ruleTests } from './rule-tests.ts';
import { prometheusRules, ruleFiles } from './rules.ts';

const run = promisify(execFile);
const RULES = join(import.meta.dirname, 'rules');
const RUNBOOKS = join(import.meta.dirname, '../../docs/runbooks');
const HEAD = '# Made from deploy/observability/*.ts: npx vitest run --project unit deploy/observability -u\n';
const yaml = (document: unknown) => HEAD + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
const alerts = [...OBJECTIVES.map(({ alert }) => alert), ...ALERTS.map(({ name }) => name)];

/** Undefined where there is none, which is said aloud; with PARLEY_STACK=required a failure. */
const promtool = await findPromtool().catch((error: Error) => {
  if (process.env.PARLEY_STACK === 'required') throw new Error(`PARLEY_STACK=required, but promtool: ${error.message}`, { cause: error });
  process.stderr.write(`observability: !!! THE RULES ARE NOT TESTED !!! promtool is not to be had: ${error.message}\n`);
  return undefined;
});

describe('rules and dashboards', () => {
  it('are committed as their sources say', async () => {
    for (const [file, document] of Object.entries({ ...ruleFiles(), ...ruleTests() }))
      await expect(yaml(document)).toMatchFileSnapshot(`rules/${file}`);
    const manifests = prometheusRules().map((rule) => yaml(rule).replace(HEAD, ''));
    await expect(HEAD + manifests.join('---\n')).toMatchFileSnapshot('../../k8s/components/monitoring/rules.yaml');
    for (const [file, dashboard] of Object.entries(dashboards()))
      await expect(`${JSON.stringify(dashboard, null, 2)}\n`).toMatchFileSnapshot(`dashboards/${file}`);
  });

  it.each(usedQueries())('$where can be read', ({ expr }) => {
    const { hasFault, selectors } = readQuery(expr);
    expect(hasFault).toBe(false);
    expect(selectors.length).toBeGreaterThan(0);
  });

  it('notice a query that cannot be read', () => {
    expect(readQuery('sum(rate(a_total[5m])').hasFault).toBe(true);
    expect(readQuery('sum(rate(a_total{b="c",d=~"e"}[5m])) / f')).toEqual({
      hasFault: false,
      selectors: [
        { series: 'a_total', labels: ['b', 'd'] },
        { series: 'f', labels: [] },
      ],
    });
  });

  it('name no data source of one installation', () => {
    const uids = Object.values(dashboards()).flatMap(({ panels }) =>
      panels.flatMap(({ datasource, targets }) => [datasource, ...targets.map((target) => target.datasource)]),
    );
    expect(new Set(uids.map(({ uid }) => uid))).toEqual(new Set(['${datasource}']));
  });

  it('have a page of what to do for every alert, and for no other', () => {
    const pages = readdirSync(RUNBOOKS).filter((file) => file !== 'README.md');
    expect(pages.sort()).toEqual(alerts.map((name) => `${name}.md`).sort());
    for (const page of pages) {
      const text = readFileSync(join(RUNBOOKS, page), 'utf8');
      expect(text, page).toContain(`# ${page.replace('.md', '')}\n`);
      for (const part of ['**Means.**', '**Look.**', '**Mend.**']) expect(text, page).toContain(part);
    }
  });

  it('try every alert once as it fires and once as it does not', () => {
    const tests = Object.values(ruleTests()).flatMap((file) => file.tests);
    const counts = tests.map(
      ({ alert_rule_test: [{ alertname, exp_alerts }] }) => `${alertname} ${exp_alerts.length > 0 ? 'fires' : 'is quiet'}`,
    );
    expect(counts.sort()).toEqual(alerts.flatMap((name) => [`${name} fires`, `${name} is quiet`]).sort());
  });
});

describe.skipIf(promtool === undefined)('promtool', () => {
  const check = (...args: string[]) => run(promtool!, args, { cwd: RULES });

  it('finds no fault in the rules', async () => {
    await expect(check('check', 'rules', '--lint-fatal', ...Object.keys(ruleFiles()))).resolves.toBeDefined();
  });

  it('sees every alert fire, and stay quiet, as its test says', { timeout: 60_000 }, async () => {
    await expect(check('test', 'rules', ...Object.keys(ruleTests()))).resolves.toBeDefined();
  });
});
