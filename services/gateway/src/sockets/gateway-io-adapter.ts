import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { LIMITS } from '@parley/contracts';
import type { ConfigOf } from '@parley/runtime';
import type { Server, ServerOptions } from 'socket.io';
import { gatewayConfig } from '../gateway.config.js';

export const PING_INTERVAL_MS = 25_000;
const PING_TIMEOUT_MS = 20_000;

/**
 * Socket.IO as Parley runs it, on the listener of the application: `app.useWebSocketAdapter(new GatewayIoAdapter(app))`
 * before `app.init()`.
 */
export class GatewayIoAdapter extends IoAdapter {
  constructor(private readonly app: INestApplication) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const config = this.app.get<ConfigOf<typeof gatewayConfig>>(gatewayConfig.token, { strict: false });
    return super.createIOServer(port, {
      ...options,
      transports: ['websocket'],
      allowUpgrades: false,
      perMessageDeflate: false,
      httpCompression: false,
      serveClient: false,
      maxHttpBufferSize: LIMITS.frameBytesMax,
      connectTimeout: config.AUTH_DEADLINE_MS,
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
    } as ServerOptions);
  }

  /** `EventDispatcher` serves all events; Nest binds none. */
  override bindMessageHandlers(): void {}
}
