import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AnsweringPort } from '@parley/chat';
import type { ServiceSchema } from '@parley/db';
import type { ConfigDefinition } from '@parley/runtime';

/** A service as its own process sees it: what it is made of, and what it answers for others. */
export interface ServiceDefinition {
  readonly name: 'auth' | 'rooms' | 'messages' | 'gateway' | 'media';
  readonly module: Type;
  readonly configs: readonly ConfigDefinition[];
  /** Absent where the service has no database. */
  readonly schema?: ServiceSchema;
  /** Whether the service keeps files; it then needs an object store. */
  readonly keepsFiles?: boolean;
  /** Ports that this service owns; all others are asked for over HTTP. */
  readonly answers: readonly AnsweringPort[];
  readonly configure?: (app: NestExpressApplication) => void;
}
