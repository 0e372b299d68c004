import { LRUCache } from 'lru-cache';
import { PresenceStore, type PresenceEntry } from './presence-store.js';

const DEFAULT_LEASE_MS = 45_000;
/** People of whom it is remembered when they were last here. */
const REMEMBERED = 100_000;

interface Gateway {
  /** Ms of the clock at which its connections stop counting. */
  expiresAt: number;
  /** Socket id -> user id. */
  readonly connections: Map<string, string>;
}

/** Presence of one process: nothing is stored, after a restart everybody connects anew. */
export class MemoryPresenceStore extends PresenceStore {
  override readonly isBlind = false;
  readonly #gateways = new Map<string, Gateway>();
  /** User id -> socket -> state. */
  readonly #users = new Map<string, Map<string, 'online' | 'away'>>();
  readonly #lastSeen = new LRUCache<string, number>({ max: REMEMBERED });

  constructor(private readonly now: () => number = Date.now) {
    super();
  }

  override async connect({ gatewayId, socketId, userId, state }: Parameters<PresenceStore['connect']>[0]): Promise<void> {
    this.#expire();
    let gateway = this.#gateways.get(gatewayId);
    if (!gateway) this.#gateways.set(gatewayId, (gateway = { expiresAt: this.now() + DEFAULT_LEASE_MS, connections: new Map() }));
    gateway.connections.set(socketId, userId);
    const sockets = this.#users.get(userId) ?? new Map<string, 'online' | 'away'>();
    this.#users.set(userId, sockets.set(`${gatewayId} ${socketId}`, state));
  }

  override async disconnect({ gatewayId, socketId }: Parameters<PresenceStore['disconnect']>[0]): Promise<void> {
    this.#expire();
    const gateway = this.#gateways.get(gatewayId);
    const userId = gateway?.connections.get(socketId);
    if (!gateway || userId === undefined) return;
    gateway.connections.delete(socketId);
    this.#drop(userId, gatewayId, socketId, this.now());
  }

  override async renew(gatewayId: string, leaseMs: number): Promise<void> {
    this.#expire();
    const gateway = this.#gateways.get(gatewayId);
    if (gateway) gateway.expiresAt = this.now() + leaseMs;
    else this.#gateways.set(gatewayId, { expiresAt: this.now() + leaseMs, connections: new Map() });
  }

  override async find(userIds: readonly string[]): Promise<PresenceEntry[]> {
    this.#expire();
    return userIds.map((userId) => {
      const states = this.#users.get(userId);
      if (!states) return { userId, state: 'offline', lastSeenAt: this.#lastSeen.get(userId) ?? null };
      const isOnline = [...states.values()].includes('online');
      return { userId, state: isOnline ? 'online' : 'away', lastSeenAt: this.now() };
    });
  }

  /** Takes the connections of gateways that did not renew; few gateways, so every call may look. */
  #expire(): void {
    const now = this.now();
    for (const [gatewayId, gateway] of this.#gateways) {
      if (gateway.expiresAt > now) continue;
      this.#gateways.delete(gatewayId);
      for (const [socketId, userId] of gateway.connections) this.#drop(userId, gatewayId, socketId, gateway.expiresAt);
    }
  }

  #drop(userId: string, gatewayId: string, socketId: string, at: number): void {
    const sockets = this.#users.get(userId);
    sockets?.delete(`${gatewayId} ${socketId}`);
    if (sockets?.size === 0) this.#users.delete(userId);
    this.#lastSeen.set(userId, Math.max(at, this.#lastSeen.get(userId) ?? 0));
  }
}
