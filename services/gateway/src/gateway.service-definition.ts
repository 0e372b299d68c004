import { mediaLimitConfig } from '@parley/chat';
import type { ServiceDefinition } from '@parley/service';
import { gatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { GatewayIoAdapter } from './sockets/gateway-io-adapter.js';

export const gatewayService: ServiceDefinition = {
  name: 'gateway',
  module: GatewayModule,
  configs: [gatewayConfig, mediaLimitConfig],
  answers: [],
  configure: (app) => app.useWebSocketAdapter(new GatewayIoAdapter(app)),
};
