import { Global, Module } from '@nestjs/common';
import { OriginPolicy } from './http/origin-policy.js';
import { ManagementRoutes } from './management/management.routes.js';
import { Metrics } from './management/metrics.js';
import { Readiness } from './management/readiness.js';

/** What every part may use: readiness checks, metrics, the policy for origins. `bootstrap` adds it; tests of a module import it. */
@Global()
@Module({ providers: [ManagementRoutes, Metrics, OriginPolicy, Readiness], exports: [ManagementRoutes, Metrics, OriginPolicy, Readiness] })
export class RuntimeModule {}
