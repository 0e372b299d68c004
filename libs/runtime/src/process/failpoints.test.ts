import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../config/config.js';
import { armFailpoints, failpoint } from './failpoints.js';

const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
afterEach(() => {
  armFailpoints(undefined, undefined);
  kill.mockClear();
});

describe('failpoints', () => {
  it('do nothing unless armed', () => {
    failpoint('in-transaction');
    armFailpoints('elsewhere', 'test');
    failpoint('in-transaction');
    expect(kill).not.toHaveBeenCalled();
  });

  it('kill once, at the passage asked for', () => {
    armFailpoints('in-transaction:2, after-commit', 'test');
    failpoint('in-transaction');
    expect(kill).not.toHaveBeenCalled();
    failpoint('in-transaction');
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGKILL');
    failpoint('in-transaction');
    failpoint('after-commit');
    expect(kill).toHaveBeenCalledTimes(2);
  });

  it('stop where that is asked for, also several times', () => {
    armFailpoints('in-transaction=stop,in-transaction:3=stop,in-transaction:4', 'test');
    for (let passage = 1; passage <= 5; passage += 1) failpoint('in-transaction');
    expect(kill.mock.calls).toEqual([
      [process.pid, 'SIGSTOP'],
      [process.pid, 'SIGSTOP'],
      [process.pid, 'SIGKILL'],
    ]);
  });

  it.each([
    ['in-transaction', 'production'],
    ['in-transaction', undefined],
    ['In Transaction', 'test'],
    ['in-transaction:0', 'test'],
    ['in-transaction=pause', 'test'],
    ['', 'test'],
  ])('refuse %s under NODE_ENV=%s', (specification, nodeEnv) => {
    expect(() => armFailpoints(specification, nodeEnv)).toThrow(ConfigError);
  });
});
