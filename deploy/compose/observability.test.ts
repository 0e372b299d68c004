import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findPromtool } from '../tools/promtool.ts';

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
}

interface Collector {
  readonly receivers: Readonly<Record<string, unknown>>;
  readonly processors: Readonly<Record<string, unknown>>;
  readonly exporters: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: Readonly<Record<string, Readonly<Record<'receivers' | 'processors' | 'exporters', readonly string[]>>>>;
  };
}

const ROOT = join(import.meta.dirname, '../..');
const OBSERVABILITY = 'deploy/observability';
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };
const prometheus = parse(read(`${OBSERVABILITY}/stack/prometheus.yml`)) as {
  rule_files: string[];
  scrape_configs: { job_name: string; dns_sd_configs?: { names: string[]; port: number }[] }[];
};
const SERVERS = Object.entries(services).filter(
  ([, { environment }]) => environment?.['PARLEY_MANAGEMENT_PORT'] !== undefined && !environment['PARLEY_MODE'],
);

/** Undefined where there is none, which is said aloud; with PARLEY_STACK=required a failure. */
const promtool = await findPromtool().catch((error: Error) => {
  if (process.env.PARLEY_STACK === 'required') throw new Error(`PARLEY_STACK=required, but promtool: ${error.message}`, { cause: error });
  process.stderr.write(`observability: !!! PROMETHEUS IS NOT CHECKED !!! promtool is not to be had: ${error.message}\n`);
  return undefined;
});

/** What the profile `observability` of docker-compose.yml reads, which lies in deploy/observability. */
describe('the profile observability', () => {
  it('reads files that are there', () => {
    for (const name of ['prometheus', 'grafana', 'otel-collector']) {
      const { command = [], environment = {}, volumes } = services[name]!;
      expect(volumes, name).toContain(`./${OBSERVABILITY}:/etc/parley:ro`);
      const named = [...command, ...Object.values(environment)].flatMap((word) => /\/etc\/parley\/(\S+)/.exec(String(word))?.[1] ?? []);
      expect(named.length, name).toBeGreaterThan(0);
      for (const file of named) expect(() => readdirSync(join(ROOT, OBSERVABILITY, file.replace(/[^/]+\.\w+$/, '')))).not.toThrow();
      for (const file of named.filter((each) => /\.\w+$/.test(each))) expect(read(`${OBSERVABILITY}/${file}`)).not.toBe('');
    }
  });

  it('asks every process of every service, as the job that rules know it by', () => {
    const jobs = prometheus.scrape_configs.filter(({ dns_sd_configs }) => dns_sd_configs);
    expect(jobs.map(({ job_name }) => job_name).sort()).toEqual(SERVERS.map(([name]) => name).sort());
    for (const { job_name, dns_sd_configs } of jobs)
      expect(dns_sd_configs, job_name).toEqual([{ names: [job_name], type: 'A', port: 9090, refresh_interval: '15s' }]);
    for (const [name, { environment }] of SERVERS) expect(environment!['PARLEY_MANAGEMENT_PORT'], name).toBe('9090');
  });

  it('has all rules, and keeps exemplars', () => {
    const rules = readdirSync(join(ROOT, OBSERVABILITY, 'rules')).filter((file) => !file.endsWith('.test.yml'));
    expect(new Set(prometheus.rule_files)).toEqual(new Set(rules.map((file) => `../rules/${file}`)));
    expect(services['prometheus']!.command).toContain('--enable-feature=exemplar-storage');
  });

  it.skipIf(promtool === undefined)('has a configuration that Prometheus takes', async () => {
    const checked = promisify(execFile)(promtool!, [
      'check',
      'config',
      '--lint=all',
      '--lint-fatal',
      join(ROOT, OBSERVABILITY, 'stack/prometheus.yml'),
    ]);
    expect((await checked).stdout).toMatch(/SUCCESS.*is valid/);
  });

  it('shows all dashboards with data sources that are there, and follows exemplars to traces', () => {
    const folder = `${OBSERVABILITY}/stack/provisioning`;
    const { datasources } = parse(read(`${folder}/datasources/parley.yml`)) as {
      datasources: { uid: string; type: string; url: string; isDefault?: boolean; jsonData?: { exemplarTraceIdDestinations: object[] } }[];
    };
    const [metrics, traces] = datasources;
    expect([metrics!.type, metrics!.isDefault, traces!.type]).toEqual(['prometheus', true, 'jaeger']);
    // As libs/telemetry names them.
    expect(metrics!.jsonData!.exemplarTraceIdDestinations).toEqual([{ name: 'trace_id', datasourceUid: traces!.uid }]);
    for (const { url } of datasources) expect(services[new URL(url).hostname], url).toBeDefined();
    const { providers } = parse(read(`${folder}/dashboards/parley.yml`)) as { providers: { options: { path: string } }[] };
    expect(providers.map(({ options }) => options.path)).toEqual(['/etc/parley/dashboards']);
  });

  it('decides on whole traces, and passes on nothing of a person', () => {
    const collector = parse(read(`${OBSERVABILITY}/stack/collector.yaml`)) as Collector;
    const { pipelines, extensions } = collector.service;
    expect(Object.keys(pipelines)).toEqual(['traces']);
    for (const part of ['receivers', 'processors', 'exporters'] as const)
      expect([...pipelines['traces']![part]].sort(), part).toEqual(Object.keys(collector[part]).sort());
    expect(extensions).toEqual(Object.keys(collector.extensions));
    expect(pipelines['traces']!.processors).toEqual(['memory_limiter', 'redaction', 'tail_sampling', 'batch']);
    expect(JSON.stringify(collector.processors)).toMatch(/"status_codes":\["ERROR"\].*"latency".*"probabilistic"/);
    const variables = [...read(`${OBSERVABILITY}/stack/collector.yaml`).matchAll(/\$\{env:(\w+):-([^}]*)\}/g)].map(([, name]) => name);
    expect(variables).toEqual(['OTEL_KEPT_PERCENT', 'OTEL_TRACES_TO']);
    expect(services['otel-collector']!.environment).toHaveProperty('OTEL_KEPT_PERCENT');
  });
});
