import { randomUUID } from 'node:crypto';
import { RedisConnection } from '../src/redis/redis-connection.js';
import { RedisRoomFanout } from '../src/room-fanout/redis-room-fanout.js';

/** Connections as other processes would have them, on channels and keys of this world alone. */
export class RedisWorld implements AsyncDisposable {
  readonly connections: RedisConnection[] = [];

  constructor(
    private readonly url: string,
    readonly prefix = `test-${randomUUID()}`,
  ) {}

  async connect(): Promise<RedisConnection> {
    const connection = new RedisConnection({ url: this.url });
    this.connections.push(connection);
    const ready = (client: RedisConnection['commands']) =>
      client.status === 'ready' || new Promise((resolve) => client.once('ready', resolve));
    await Promise.all([ready(connection.commands), ready(connection.subscriber)]);
    return connection;
  }

  async openFanout(): Promise<RedisRoomFanout> {
    const fanout = new RedisRoomFanout(await this.connect(), { prefix: this.prefix });
    fanout.listen('nothing', () => undefined);
    await fanout.listening();
    return fanout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close()));
  }
}
