import { randomUUID } from 'node:crypto';
import type { Socket as NetSocket } from 'node:net';
import { eventually } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { GatewayFixture, type TestClient } from './gateway-fixture.js';

/** Stops reading from the network, as a client on a dead line does. */
const lineOf = (client: TestClient): NetSocket =>
  (client.socket.io.engine.transport as unknown as { ws: { _socket: NetSocket } }).ws._socket;

describe('clients that do not read', () => {
  it('are cut when too much waits for them; others lose nothing, and they come back whole', { timeout: 30_000 }, async () => {
    await using gateway = await GatewayFixture.start({ PARLEY_GATEWAY_OUTPUT_BUFFER_BYTES: String(256 * 1024) }, 0);
    const stuck = await gateway.connect();
    const healthy = await gateway.connect();
    const roomId = gateway.world.addRoom({ members: [stuck.userId, healthy.userId] });
    for (const each of [stuck, healthy]) await each.get('room:open', { roomId });
    lineOf(stuck).pause();
    const author = randomUUID();
    const metric = async () =>
      /^parley_gateway_cut_connections_total\{reason="slow"\} (\d+)$/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1];
    await eventually(
      async () => {
        let last = 0;
        for (let index = 0; index < 20; index += 1) last = gateway.post(roomId, author, 'x'.repeat(4000)).seq;
        // Whoever reads is never far behind, however slow this machine is, and never cut.
        await eventually(() => healthy.seqs(roomId).at(-1) === last);
        return (await metric()) === '1';
      },
      { timeoutMs: 20_000, intervalMs: 5 },
    );
    const head = gateway.post(roomId, author).seq;
    await eventually(() => healthy.seqs(roomId).at(-1) === head);
    expect(healthy.seqs(roomId)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
    lineOf(stuck).resume();
    await eventually(() => stuck.ended !== undefined);
    const back = await gateway.connect(stuck.userId);
    expect(await back.get('room:open', { roomId })).toMatchObject({ head });
  });

  it('get large answers that they asked for, but only a few at a time', { timeout: 30_000 }, async () => {
    await using gateway = await GatewayFixture.start({ PARLEY_GATEWAY_OUTPUT_BUFFER_BYTES: String(64 * 1024) }, 0);
    const client = await gateway.connect();
    const roomId = gateway.world.addRoom({ members: [client.userId] });
    for (let index = 0; index < 200; index += 1) gateway.world.store(roomId, randomUUID(), '😀'.repeat(4000));
    lineOf(client).pause();
    const asked = Array.from({ length: 30 }, () => client.ask('room:open', { roomId, epoch: 1, lastSeq: 0 }));
    const startedAt = performance.now();
    await eventually(() => performance.now() > startedAt + 800, { describe: 'several looks at what waits' });
    lineOf(client).resume();
    const acks = await Promise.all(asked);
    expect(client.ended).toBeUndefined();
    expect(acks.some((ack) => ack.ok)).toBe(true);
    expect(acks.filter((ack) => !ack.ok).map((ack) => (ack.ok ? '' : ack.error.code))).toContain('BUSY');
  });
});
