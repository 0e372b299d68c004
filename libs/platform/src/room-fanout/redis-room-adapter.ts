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
  /** Runs what writes an event of another process to the sockets here. */
  readonly writeRemote: (delivery: Delivery, write: () => void) => void;
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

  static forGateway(namespace: Namespace, { prefix, publisher, subscriptions, writeRemote, onRemote }: GatewayOptions): RedisRoomAdapter {
    const adapter = createAdapter(prefix, publisher, subscriptions, namespace);
    const onMessage = adapter.onMessage.bind(adapter);
    adapter.onMessage = (message, offset) => {
      if (message.uid === adapter.uid) return; // delivered when it was published
      const delivery = message.type === MessageType.BROADCAST ? deliveryOf(message.data) : undefined;
      if (!delivery || !adapter.rooms.has(delivery.channel)) return onMessage(message, offset); // or the last socket left meanwhile
      writeRemote(delivery, () => onMessage(message, offset));
      onRemote(delivery);
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

  countSockets(channel: string): number {
    return this.adapter.rooms.get(channel)?.size ?? 0;
  }

  /** To the sockets of the channel in all other processes. */
  publish({ channel, event, payload, traceparent }: Delivery): void {
    const message = {
      uid: this.adapter.uid,
      nsp: this.namespace,
      type: MessageType.BROADCAST,
      data: {
        packet: { type: 2, data: [event, payload] },
        opts: { rooms: [channel], except: [], flags: {} },
        ...(traceparent === undefined ? {} : { traceparent }),
      },
    } as const;
    void this.adapter.doPublish(message as unknown as ClusterMessage);
  }
}

/** Undefined for what the adapter says to itself. */
function deliveryOf(data: unknown): Delivery | undefined {
  const { packet, opts, traceparent } = data as {
    packet: { data: [Delivery['event'], unknown] };
    opts: { rooms: readonly Room[] };
    traceparent?: string;
  };
  const [channel] = opts.rooms;
  const [event, payload] = packet.data;
  return channel === undefined ? undefined : { channel, event, payload, traceparent };
}

function createAdapter(prefix: string, publisher: RedisPublisher, subscriptions: unknown, namespace: unknown): ShardedAdapter {
  const create = createShardedAdapter(publisher, subscriptions, { channelPrefix: prefix, subscriptionMode: 'dynamic' });
  return create(namespace) as unknown as ShardedAdapter;
}
