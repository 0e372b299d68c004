import type { ServiceDefinition } from '@parley/service';
import { gatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { GatewayIoAdapter } from './sockets/gateway-io-adapter.js';

export const gatewayService: ServiceDefinition = {
  name: 'gateway',
  module: GatewayModule,
  configs: [gatewayConfig],
  answers: [],
  configure: (app) => app.useWebSocketAdapter(new GatewayIoAdapter(app)),
};
