import { z } from 'zod';
import type { Route } from './route.js';

const Readiness = z
  .object({
    status: z.enum(['ready', 'not ready']),
    /** What keeps it from serving. */
    notReady: z.array(z.string()),
    /** What is wrong without keeping it from serving, with the reason. */
    troubles: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'Readiness' });

/** For whoever operates an installation: on the main port in embedded mode, on the management port in containers. */
export const OPERATING_ROUTES = [
  {
    method: 'GET',
    path: '/healthz',
    service: 'every',
    summary: 'Is the process alive?',
    auth: 'none',
    answers: { 200: z.object({ status: z.literal('alive') }) },
    errors: [],
  },
  {
    method: 'GET',
    path: '/readyz',
    service: 'every',
    summary: 'Is it ready to serve?',
    auth: 'none',
    answers: { 200: Readiness, 503: Readiness },
    errors: [],
  },
  {
    method: 'GET',
    path: '/metrics',
    service: 'every',
    summary: 'Prometheus text; on the main port for this machine only',
    auth: 'none',
    answers: { 200: 'text/plain' },
    errors: ['FORBIDDEN'],
  },
] as const satisfies readonly Route[];
