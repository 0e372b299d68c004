import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChatClient, eventually, freePort, newClientMsgId, processTree, uniqueRoomName } from '@parley/testing';
import { describe, expect, inject, it, onTestFailed } from 'vitest';
import { buildProduct } from '../../services/standalone/test/support/build.ts';

const ROOT = join(import.meta.dirname, '../..');
const missing = inject('stackMissing');

describe.skipIf(missing.kafka ?? missing.redis ?? missing.s3)('npm run dev:stack', () => {
  it('runs every service behind one address, and leaves nothing behind', { timeout: 240_000 }, async () => {
    await buildProduct();
    const dir = await mkdtemp(join(tmpdir(), 'parley-dev-'));
    await chmod(dir, 0o755); // Postgres runs as another user when this is root
    const port = await freePort();
    // The engines of the run are taken; Postgres is its own.
    const quiet = { PARLEY_LOG_LEVEL: 'warn', PARLEY_LIMITS_FACTOR: '0', PARLEY_STACK_DOCKER: 'never' };
    const env = { PATH: process.env.PATH, PORT: String(port), ...quiet, ...inject('stackEnvs')[Number(process.env['VITEST_POOL_ID']) - 1] };
    const child = spawn(process.execPath, ['deploy/stack/dev.ts', dir], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    onTestFailed(() => {
      console.error(said);
      child.kill('SIGTERM');
    });
    const url = `http://localhost:${port}`;
    const ended = once(child, 'exit').then(() => expect.fail(`it ended:\n${said}`));
    const isReady = eventually(() => said.includes(`Parley is ready at ${url}`), { timeoutMs: 120_000, intervalMs: 200 });
    await Promise.race([isReady, ended]);
    ended.catch(() => undefined);
    for (const line of ['topics | topics: all are there', 'migrate | migrate: the database is up to date', 'gateway-2 | gateway is ready'])
      expect(said).toContain(line);
    expect(await (await fetch(url)).text()).toContain('<title>');

    const people = [new ChatClient({ url }), new ChatClient({ url })] as const;
    for (const person of people) {
      await person.register();
      await person.connect();
    }
    const [alice, bob] = people;
    const room = await alice.http.call('POST /api/chat/rooms', { body: { name: uniqueRoomName() } });
    await bob.http.call('POST /api/chat/rooms/{id}/join', { params: { id: room.id } });
    for (const person of people) await person.openRoom(room.id);
    await alice.emit('message:send', { roomId: room.id, clientMsgId: newClientMsgId(), text: 'through every process' });
    await eventually(() => expect(bob.timeline(room.id).lastSeq).toBe(1), { timeoutMs: 10_000 });
    for (const person of people) await person[Symbol.asyncDispose]();

    const processes = processTree(child.pid!);
    expect(processes.length).toBeGreaterThan(9);
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    await eventually(() => expect(processes.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]), { timeoutMs: 10_000 });
    await rm(dir, { recursive: true, force: true });
  });
});
