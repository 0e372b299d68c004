import { Injectable } from '@nestjs/common';
import { ParleyError } from '@parley/contracts';
import { Metrics } from '@parley/telemetry';

type Attempt = 'register' | 'login' | 'refresh' | 'password-change';

/** How attempts to get in ended: what an operator looks at when somebody guesses passwords. */
@Injectable()
export class AccountMetrics {
  private readonly attempts;

  constructor(metrics: Metrics) {
    this.attempts = metrics.counter({
      name: 'parley_auth_attempts_total',
      help: 'Registrations, log-ins, refreshes and password changes, by outcome (ok or the error code).',
      labelNames: ['attempt', 'outcome'],
    });
  }

  async count<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.attempts.inc({ attempt, outcome: 'ok' });
      return result;
    } catch (error) {
      this.attempts.inc({ attempt, outcome: error instanceof ParleyError ? error.code : 'UNAVAILABLE' });
      throw error;
    }
  }
}
