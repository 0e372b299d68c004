import type { Route } from '@parley/contracts';

/** Where this process reaches the public calls of the services: their own addresses, or the one of all of them. */
export abstract class ServiceAddresses {
  /** Without a slash at the end. */
  abstract of(service: Route['service']): string;
}
