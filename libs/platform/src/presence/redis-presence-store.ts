import type { RedisConnection } from '../redis/redis-connection.js';
import { PresenceStore, type PresenceEntry } from './presence-store.js';
import { CONNECT, DISCONNECT, FIND, RENEW } from './redis-presence-scripts.js';

const FIRST_LEASE_MS = 45_000;
/** In one script, which keeps Redis from everything else while it runs. */
const BATCH = 500;

interface Connection {
  readonly gatewayId: string;
  readonly socketId: string;
  readonly userId: string;
  readonly state: 'online' | 'away';
}

interface Gateway {
  /** Socket id -> its connection, of this process. */
  readonly connections: Map<string, Connection>;
  /** Sockets that left while Redis was away. */
  readonly departed: Set<string>;
  /** Redis may lack some of the connections. */
  isIncomplete: boolean;
}

export interface RedisPresenceStoreOptions {
  /** Begins the name of every key. */
  readonly prefix?: string;
}

/**
 * Presence over all gateways. Each process remembers its own connections, so that `renew` brings them back after Redis has
 * lost them, or after the lease of a gateway that stood still for a while. Every call is one script. While Redis is away
 * changes reject, and `find` answers with what this process knows: presence is not worth a refusal.
 */
export class RedisPresenceStore extends PresenceStore {
  readonly #key: string;
  readonly #gateways = new Map<string, Gateway>();
  #blind = 0;
  #isBlind = false;

  constructor(
    private readonly redis: RedisConnection,
    { prefix = 'parley' }: RedisPresenceStoreOptions = {},
  ) {
    super();
    this.#key = `{${prefix}:presence}`;
  }

  /** Answers that were given without Redis. */
  get counters(): { readonly blind: number } {
    return { blind: this.#blind };
  }

  override get isBlind(): boolean {
    return this.#isBlind;
  }

  override async connect(connection: Connection): Promise<void> {
    const gateway = this.#gatewayOf(connection.gatewayId);
    gateway.connections.set(connection.socketId, connection);
    gateway.departed.delete(connection.socketId);
    try {
      await this.#connect(connection.gatewayId, [connection]);
    } catch (error) {
      gateway.isIncomplete = true;
      throw error;
    }
  }

  override async disconnect({ gatewayId, socketId }: Parameters<PresenceStore['disconnect']>[0]): Promise<void> {
    const gateway = this.#gatewayOf(gatewayId);
    gateway.connections.delete(socketId);
    gateway.departed.add(socketId);
    await this.#disconnect(gatewayId, gateway, socketId);
  }

  override async renew(gatewayId: string, leaseMs: number): Promise<void> {
    const gateway = this.#gatewayOf(gatewayId);
    const hadEnded = (await RENEW.run(this.redis.commands, [this.#key], [gatewayId, leaseMs])) === 1;
    for (const socketId of gateway.departed) await this.#disconnect(gatewayId, gateway, socketId);
    if (!hadEnded && !gateway.isIncomplete) return;
    gateway.isIncomplete = true;
    const connections = [...gateway.connections.values()];
    for (let from = 0; from < connections.length; from += BATCH) {
      // Some may have left while the batch before was on its way.
      const present = connections.slice(from, from + BATCH).filter(({ socketId }) => gateway.connections.has(socketId));
      await this.#connect(gatewayId, present);
    }
    gateway.isIncomplete = false;
  }

  override async find(userIds: readonly string[]): Promise<PresenceEntry[]> {
    try {
      const entries: PresenceEntry[] = [];
      for (let from = 0; from < userIds.length; from += BATCH) entries.push(...(await this.#find(userIds.slice(from, from + BATCH))));
      this.#isBlind = false;
      return entries;
    } catch {
      this.#isBlind = true;
      this.#blind++;
      return this.#findHere(userIds);
    }
  }

  async #find(userIds: readonly string[]): Promise<PresenceEntry[]> {
    const found = (await FIND.run(this.redis.commands, [this.#key], userIds)) as string[];
    return userIds.map((userId, index) => {
      const seen = found[2 * index + 1]!;
      return { userId, state: found[2 * index] as PresenceEntry['state'], lastSeenAt: seen === '' ? null : Number(seen) };
    });
  }

  #findHere(userIds: readonly string[]): PresenceEntry[] {
    const states = new Map<string, 'online' | 'away'>();
    for (const { connections } of this.#gateways.values()) {
      for (const { userId, state } of connections.values()) if (states.get(userId) !== 'online') states.set(userId, state);
    }
    return userIds.map((userId) => {
      const state = states.get(userId);
      return state ? { userId, state, lastSeenAt: Date.now() } : { userId, state: 'offline', lastSeenAt: null };
    });
  }

  #gatewayOf(gatewayId: string): Gateway {
    let gateway = this.#gateways.get(gatewayId);
    if (!gateway) this.#gateways.set(gatewayId, (gateway = { connections: new Map(), departed: new Set(), isIncomplete: false }));
    return gateway;
  }

  async #connect(gatewayId: string, connections: readonly Connection[]): Promise<void> {
    const fields = connections.flatMap(({ socketId, userId, state }) => [socketId, userId, state]);
    await CONNECT.run(this.redis.commands, [this.#key], [gatewayId, FIRST_LEASE_MS, ...fields]);
  }

  async #disconnect(gatewayId: string, gateway: Gateway, socketId: string): Promise<void> {
    await DISCONNECT.run(this.redis.commands, [this.#key], [gatewayId, socketId]);
    gateway.departed.delete(socketId);
  }
}
