import { Logger } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RevokedSessions, type RevocationHandler } from './revoked-sessions.js';
import { FakeSessions, FakeTail } from './sessions.fakes.js';

describe('RevokedSessions', () => {
  let sessions: FakeSessions;
  let tail: FakeTail;
  let revoked: RevokedSessions;
  const end = (sessionId = uuidV7()) => ({ sessionId, userId: uuidV7(), reason: 'logout' as const });

  beforeEach(() => {
    Logger.overrideLogger(false);
    vi.useFakeTimers();
    sessions = new FakeSessions();
    tail = new FakeTail();
    revoked = new RevokedSessions(sessions, tail.asEventLog());
  });
  afterEach(async () => {
    await revoked.beforeApplicationShutdown();
    vi.useRealTimers();
  });

  it('knows at the start what ended while a token can still live', async () => {
    const earlier = end();
    sessions.revoked.push(earlier);
    await revoked.onApplicationBootstrap();
    expect(await revoked.isRevoked(earlier.sessionId)).toBe(true);
    expect(await revoked.isRevoked(uuidV7())).toBe(false);
    expect(sessions.revocationRequests[0]).toBeLessThan(Date.now() - 3_600_000);
  });

  it('hears of ends from the log and tells who listens, once', async () => {
    await revoked.onApplicationBootstrap();
    const ended = end();
    const heard: string[] = [];
    revoked.onRevoked(ended.sessionId, (reason) => heard.push(reason));
    revoked.onRevoked(uuidV7(), () => heard.push('somebody else'));
    tail.emit(ended);
    tail.emit(ended);
    expect(heard).toEqual(['logout']);
    expect(await revoked.isRevoked(ended.sessionId)).toBe(true);
  });

  it('finds lost ends by asking every 10 s, also after a fault', async () => {
    await revoked.onApplicationBootstrap();
    const lost = end();
    const heard = vi.fn<RevocationHandler>();
    revoked.onRevoked(lost.sessionId, heard);
    sessions.isAway = true;
    sessions.revoked.push(lost);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).not.toHaveBeenCalled();
    sessions.isAway = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).toHaveBeenCalledExactlyOnceWith('logout');
  });

  it('does not tell who no longer listens', async () => {
    const [before, after] = [end(), end()];
    const heard = vi.fn<RevocationHandler>();
    revoked.onRevoked(before.sessionId, heard)();
    revoked.add(before);
    revoked.add(after);
    revoked.onRevoked(after.sessionId, heard)();
    await Promise.resolve();
    expect(heard).not.toHaveBeenCalled();
  });

  it('tells late listeners too, and one bad listener hurts nobody', async () => {
    const ended = end();
    const heard = vi.fn<RevocationHandler>();
    revoked.onRevoked(ended.sessionId, () => {
      throw new Error('broken');
    });
    revoked.onRevoked(ended.sessionId, heard);
    revoked.add(ended);
    revoked.onRevoked(ended.sessionId, heard);
    await Promise.resolve();
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it('forgets sessions whose tokens are long gone', async () => {
    await revoked.onApplicationBootstrap();
    const ended = end();
    revoked.add(ended);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await revoked.isRevoked(ended.sessionId)).toBe(true);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await revoked.isRevoked(ended.sessionId)).toBe(false);
  });

  it('accepts nobody before it knows who was thrown out', async () => {
    sessions.isAway = true;
    await revoked.onApplicationBootstrap();
    await expect(revoked.isRevoked(uuidV7())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    sessions.isAway = false;
    expect(await revoked.isRevoked(uuidV7())).toBe(false);
  });

  it('closes what it opened', async () => {
    await revoked.onApplicationBootstrap();
    await revoked.beforeApplicationShutdown();
    expect(tail.isClosed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
