import { eventually } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { GatewayFixture } from './gateway-fixture.js';

describe('stopping', () => {
  it('asks clients to leave, answers what it took, refuses newcomers, and ends so that clients come back', async () => {
    const gateway = await GatewayFixture.start({ PARLEY_GATEWAY_DRAIN_WINDOW_MS: '900' }, 0);
    const client = await gateway.connect();
    const polite = await gateway.connect();
    polite.socket.once('server:drain', () => polite.socket.disconnect());
    const roomId = gateway.world.addRoom({ members: [client.userId] });
    const durable = Promise.withResolvers<void>();
    gateway.log.beforeAppend = () => durable.promise;
    const sent = client.ask('message:send', { roomId, clientMsgId: 'a', text: 'x' });
    await client.code('room:close', { roomId });

    const startedAt = performance.now();
    const closed = gateway.app.close();
    await eventually(() => client.of('server:drain').length === 1);
    expect(client.of('server:drain')[0]?.afterMs).toBe(360); // the same for all, who choose a moment in it
    await expect(gateway.connect()).rejects.toThrow('websocket error');
    expect(await client.code('room:close', { roomId })).toBe('ok');
    expect((await gateway.presence.find([polite.userId]))[0]?.state).toBe('offline');

    setTimeout(() => durable.resolve(), 600);
    expect((await sent).ok).toBe(true);
    await closed;
    await eventually(() => client.ended === 'transport close');
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  it('is quick when there is no time', async () => {
    const gateway = await GatewayFixture.start({ PARLEY_GATEWAY_DRAIN_WINDOW_MS: '0' }, 0);
    const clients = await Promise.all(Array.from({ length: 50 }, () => gateway.connect()));
    const startedAt = performance.now();
    await gateway.app.close();
    expect(performance.now() - startedAt).toBeLessThan(1000);
    await eventually(() => clients.every((client) => client.ended === 'transport close'));
  });

  it('is at once when nobody is connected', async () => {
    const gateway = await GatewayFixture.start({ PARLEY_GATEWAY_DRAIN_WINDOW_MS: '60000' }, 0);
    const startedAt = performance.now();
    await gateway.app.close();
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
