import { Module, type DynamicModule } from '@nestjs/common';
import { Metrics } from '@parley/telemetry';
import { OriginPolicy } from './http/origin-policy.js';
import { ManagementRoutes } from './management/management.routes.js';
import { Readiness } from './management/readiness.js';
import { StopAllowance } from './process/stop-allowance.js';

/** What every part may use: readiness checks, metrics, the policy for origins, the time to stop. `bootstrap` adds it. */
@Module({})
export class RuntimeModule {
  /** Readiness and metrics are older than the application: its listener answers for them while it starts. */
  static with(readiness = new Readiness(), metrics = new Metrics()): DynamicModule {
    return {
      module: RuntimeModule,
      global: true,
      providers: [
        { provide: Readiness, useValue: readiness },
        { provide: Metrics, useValue: metrics },
        ManagementRoutes,
        OriginPolicy,
        StopAllowance,
      ],
      exports: [ManagementRoutes, Metrics, OriginPolicy, Readiness, StopAllowance],
    };
  }
}
