import type { PresenceState } from '@parley/contracts';

export interface PresenceEntry {
  readonly userId: string;
  readonly state: PresenceState;
  /** When the user was last connected, ms since 1970; null if never seen. While online: now. */
  readonly lastSeenAt: number | null;
}

/**
 * Who is connected, over all gateways. A connection counts while its gateway renews its lease; a gateway that dies
 * takes its connections with it when the lease ends, so nobody stays online for ever.
 */
export abstract class PresenceStore {
  /** Answers come from this process alone at the moment: people who are connected elsewhere seem to be offline. */
  abstract readonly isBlind: boolean;
  /** Adds or updates one connection. A user is online while any connection is, away when all are away. */
  abstract connect(connection: { gatewayId: string; socketId: string; userId: string; state: 'online' | 'away' }): Promise<void>;
  abstract disconnect(connection: { gatewayId: string; socketId: string; userId: string }): Promise<void>;
  /** Keeps every connection of this gateway for another `leaseMs`; until the first call its connections are kept for 45 s. */
  abstract renew(gatewayId: string, leaseMs: number): Promise<void>;
  /** States in the order asked for; people never seen are offline. */
  abstract find(userIds: readonly string[]): Promise<PresenceEntry[]>;
}
