import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { Server } from 'socket.io';
import { MessageType, type ClusterMessage, type Room } from 'socket.io-adapter';
import type { RedisPublisher } from './redis-publisher.js';
import { noSubscriptions, type RedisSubscriptions } from './redis-subscriptions.js';
import type { Delivery } from './room-fanout.js';

/** The parts of the sharded adapter that its types keep to themselves. */
interface ShardedAdapter {
  readonly uid: string;
  readonly rooms: ReadonlyMap<Room, ReadonlySet<string>>;
  doPublish(message: ClusterMessage): Promise<string>;
  onMessage(message: ClusterMessage, offset?: string): void;
  addAll(id: string, rooms: Set<Room>): Promise<void> | void;
}

export type Namespace = ReturnType<Server['of']>;

interface RedisRoomAdapterOptions {
  readonly prefix: string;
  readonly publisher: RedisPublisher;
}

interface GatewayOptions extends RedisRoomAdapterOptions {
  readonly subscriptions: RedisSubscriptions;
  /** Sees what came from another process and has been written to the sockets here. */
  readonly onRemote: (delivery: Delivery) => void;
}

/**
 * The sharded Redis adapter of Socket.IO, in dynamic mode: one Redis channel per room, subscribed while a socket of this
 * process is in the room. The adapter itself would deliver to local sockets only after Redis has answered; therefore events
 * are published through `publish` and delivered to local sockets by the caller, side by side.
 *
 * Socket.IO takes a room name of 20 characters for the id of a socket, and sends its events to all processes.
 */
export class RedisRoomAdapter {
  private constructor(
    /** For `Server.adapter`. */
    readonly adapter: ShardedAdapter,
    private readonly namespace: string,
  ) {}

  static forGateway(namespace: Namespace, { prefix, publisher, subscriptions, onRemote }: GatewayOptions): RedisRoomAdapter {
    const adapter = createAdapter(prefix, publisher, subscriptions, namespace);
    const onMessage = adapter.onMessage.bind(adapter);
    adapter.onMessage = (message, offset) => {
      if (message.uid === adapter.uid) return; // delivered when it was published
      onMessage(message, offset);
      if (message.type !== MessageType.BROADCAST) return;
      const [channel] = message.data.opts.rooms;
      if (channel === undefined || !adapter.rooms.has(channel)) return; // the last socket left meanwhile
      const [event, payload] = (message.data.packet as { data: [Delivery['event'], unknown] }).data;
      onRemote({ channel, event, payload });
    };
    // `socket.join` resolves with this: what is published after it arrives.
    const addAll = adapter.addAll.bind(adapter);
    adapter.addAll = (id, rooms) => {
      const joined = addAll(id, rooms);
      const confirmed = subscriptions.confirmed([...rooms].map((room) => `${prefix}#${namespace.name}#${room}#`));
      return confirmed ?? joined;
    };
    return new RedisRoomAdapter(adapter, namespace.name);
  }

  /** For a process that has no sockets and publishes to those of others. */
  static headless({ prefix, publisher }: RedisRoomAdapterOptions): RedisRoomAdapter {
    const namespace = { name: '/', server: { encoder: undefined, opts: {} } };
    return new RedisRoomAdapter(createAdapter(prefix, publisher, noSubscriptions, namespace), namespace.name);
  }

  has(channel: string): boolean {
    return this.adapter.rooms.has(channel);
  }

  /** To the sockets of the channel in all other processes. */
  publish({ channel, event, payload }: Delivery): void {
    const message = {
      uid: this.adapter.uid,
      nsp: this.namespace,
      type: MessageType.BROADCAST,
      data: { packet: { type: 2, data: [event, payload] }, opts: { rooms: [channel], except: [], flags: {} } },
    } as const;
    void this.adapter.doPublish(message as unknown as ClusterMessage);
  }
}

function createAdapter(prefix: string, publisher: RedisPublisher, subscriptions: unknown, namespace: unknown): ShardedAdapter {
  const create = createShardedAdapter(publisher, subscriptions, { channelPrefix: prefix, subscriptionMode: 'dynamic' });
  return create(namespace) as unknown as ShardedAdapter;
}
