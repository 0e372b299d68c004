import { randomUUID } from 'node:crypto';
import { ChatClient, eventually, newClientMsgId, OtlpReceiver, uniqueRoomName, type ReceivedSpan } from '@parley/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { readQuery, usedQueries } from '../../../deploy/observability/queries.ts';
import { ruleFiles } from '../../../deploy/observability/rules.ts';
import { Constellation, type ServiceName } from './support/constellation.js';
import { metricsPage, readExposition, seriesOf, type Family } from './support/exposition.js';
import { engines, isStackThere, objectStore } from './support/real-stack.js';

const OPEN_METRICS = { headers: { accept: 'application/openmetrics-text;version=1.0.0' } };
const SECRET = 'nobody but its readers sees this text';

/** What operators see of all services, in processes of their own on real engines. */
describe.skipIf(!isStackThere)('observability', () => {
  let receiver: OtlpReceiver;
  let constellation: Constellation;
  let people: ChatClient[];

  beforeAll(async () => {
    receiver = await OtlpReceiver.start();
    const env = { ...(await engines()), OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '200' };
    constellation = await Constellation.start({ auth: 1, rooms: 1, messages: 1, gateway: 2, media: 1, web: 1 }, env, (name) =>
      name === 'media' ? objectStore : {},
    );
    // The edge takes turns: one at each gateway.
    people = [new ChatClient({ url: constellation.url }), new ChatClient({ url: constellation.url })];
    for (const person of people) await person.register();
    for (const person of people) await person.connect();
  }, 120_000);
  afterAll(async () => {
    for (const each of [...(people ?? []), constellation, receiver]) await each?.[Symbol.asyncDispose]();
  });

  const explainFailure = () =>
    onTestFailed(() => {
      for (const service of constellation.all) console.error(`${service.name} (${service.port}):\n${service.logs.slice(-20).join('\n')}`);
      for (const { traceId, name, service, spanId, parentSpanId } of receiver.spans)
        console.error(`${traceId} ${service} ${name} ${spanId} <- ${parentSpanId ?? ''}`);
    });

  it('shows one trace from message:send over the log to the statement that stores it and to the readers of both gateways', async () => {
    explainFailure();
    const [alice, bob] = people as [ChatClient, ChatClient];
    const { id: roomId } = await alice.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
    await bob.http.call('POST /api/chat/rooms/{id}/join', { params: { id: roomId } });
    for (const person of people) await person.openRoom(roomId);
    await alice.emit('message:send', { roomId, clientMsgId: newClientMsgId(), text: SECRET });
    await eventually(() => bob.timeline(roomId).messages.some(({ text }) => text === SECRET));

    const isWhole = (trace: readonly ReceivedSpan[]) =>
      trace.every(({ parentSpanId }) => parentSpanId === undefined || trace.some(({ spanId }) => spanId === parentSpanId));
    const deliveriesOf = (trace: readonly ReceivedSpan[]) => trace.filter(({ name }) => name === 'deliver messages');
    const stored = () =>
      receiver.spans
        .filter(({ name }) => name === 'message:send')
        .map(({ traceId }) => receiver.traceOf(traceId))
        .find((trace) => deliveriesOf(trace).length === 2 && trace.some(({ name }) => name === 'store-new-messages') && isWhole(trace));
    await eventually(() => stored() !== undefined, { timeoutMs: 10_000, describe: 'the whole trace is exported' });
    const trace = stored()!;
    const wayOf = (span: ReceivedSpan | undefined): string[] => {
      const parent = trace.find(({ spanId }) => spanId === span?.parentSpanId);
      return span ? [...wayOf(parent), `${span.service} ${span.name}`] : [];
    };
    const untilProcessed = ['parley-gateway message:send', 'parley-gateway send chat.messages', 'parley-messages process chat.messages'];
    const sql = trace.find(({ name }) => name === 'store-new-messages');
    expect(wayOf(sql)).toEqual([...untilProcessed, 'parley-messages store-new-messages']);
    expect(sql!.attributes).toMatchObject({ 'db.system.name': 'postgresql', 'db.namespace': 'messages' });
    for (const delivery of deliveriesOf(trace)) expect(wayOf(delivery)).toEqual([...untilProcessed, 'parley-gateway deliver messages']);
    expect(new Set(deliveriesOf(trace).map(({ instance }) => instance)).size).toBe(2);
    for (const body of receiver.bodies) expect(body).not.toContain(SECRET);
  });

  it('shows the traces of every service, and which service asked which', async () => {
    explainFailure();
    for (const path of ['/', `/api/media/${randomUUID()}`]) await fetch(`${constellation.url}${path}`);
    const elsewhere = people[0]!.http.call('GET /api/chat/rooms/{id}/messages', { params: { id: randomUUID() } });
    await expect(elsewhere).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
    const roots = () => new Set(receiver.spans.filter(({ parentSpanId }) => parentSpanId === undefined).map(({ service }) => service));
    const edges = () => {
      const asking = new Map(receiver.spans.filter(({ name }) => name.startsWith('ask ')).map((span) => [span.spanId, span.service]));
      return new Set(
        receiver.spans.flatMap(({ parentSpanId, service }) => (asking.has(parentSpanId!) ? `${asking.get(parentSpanId!)} ${service}` : [])),
      );
    };
    const all = ['auth', 'gateway', 'media', 'messages', 'rooms', 'web'].map((name) => `parley-${name}`);
    await eventually(
      () =>
        all.every((name) => roots().has(name)) && edges().has('parley-gateway parley-rooms') && edges().has('parley-messages parley-rooms'),
      {
        timeoutMs: 10_000,
        describe: 'every service has told of its work',
      },
    );
  });

  it('names in its histograms the traces of what they measured', async () => {
    const exemplarsOf = async (service: ServiceName, metric: string) => {
      const pages = await Promise.all(
        constellation.processes[service].map(async ({ url }) => (await fetch(`${url}/metrics`, OPEN_METRICS)).text()),
      );
      return pages.flatMap((page) =>
        [...page.matchAll(new RegExp(`^${metric}_bucket.* # \\{trace_id="(\\w+)"`, 'gm'))].map(([, traceId]) => traceId!),
      );
    };
    const known = (traceId: string) => receiver.traceOf(traceId).length > 0;
    for (const [service, metric] of [
      ['gateway', 'parley_gateway_event_duration_seconds'],
      ['gateway', 'parley_message_delivery_seconds'],
      ['messages', 'parley_message_persist_seconds'],
      ['messages', 'messaging_process_duration_seconds'],
      ['rooms', 'http_server_request_duration_seconds'],
      ['rooms', 'db_client_operation_duration_seconds'],
    ] as const) {
      const traceIds = await exemplarsOf(service, metric);
      expect(traceIds, metric).not.toEqual([]);
      await eventually(() => traceIds.some(known), { describe: `a trace that ${metric} names is exported` });
    }
  });

  const scrapeAll = async () => {
    const shown = new Map<string, ReadonlyMap<string, Family>>();
    for (const { name, url } of constellation.all) shown.set(name, readExposition(await (await fetch(`${url}/metrics`)).text()));
    return shown;
  };

  it('shows every metric, and each in docs/metrics.md', async () => {
    const shown = await scrapeAll();
    await expect(metricsPage(shown)).toMatchFileSnapshot('../../../docs/metrics.md');
    const sumOf = (service: string, name: string) => shown.get(service)?.get(name)?.sum;
    expect(sumOf('gateway', 'parley_gateway_sockets')).toBeGreaterThanOrEqual(1);
    expect(sumOf('messages', 'parley_dependency_up')).toBe(3);
    expect(sumOf('messages', 'parley_event_log_lag_seconds')).toBeLessThan(5);
    expect(sumOf('messages', 'messaging_client_sent_messages_total')).toBeGreaterThanOrEqual(1);
    expect(sumOf('gateway', 'parley_fanout_received_total')).toBeGreaterThanOrEqual(1);
  });

  it('shows every series that a rule or a dashboard asks for, with the labels that it is asked by', async () => {
    const families = [...(await scrapeAll()).values()].flatMap((shown) => [...shown.values()]);
    const labelsOf = new Map<string, Set<string>>();
    for (const family of families)
      for (const series of seriesOf(family)) labelsOf.set(series, new Set([...(labelsOf.get(series) ?? []), ...family.labels]));
    const recorded = new Set(
      Object.values(ruleFiles()).flatMap(({ groups }) => groups.flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? []))),
    );
    const faults = usedQueries().flatMap(({ where, expr }) =>
      readQuery(expr)
        .selectors.filter(({ series }) => !recorded.has(series))
        .flatMap(({ series, labels }) => {
          const shown = labelsOf.get(series);
          if (!shown) return [`${where}: nobody shows ${series}`];
          // A counter that nothing has happened to has no labels yet.
          return shown.size === 0 ? [] : labels.filter((label) => !shown.has(label)).map((label) => `${where}: ${series} has no ${label}`);
        }),
    );
    expect(faults).toEqual([]);
  });
});
