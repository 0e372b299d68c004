import type { ConfigDefinition } from '@parley/runtime';
import { enginesConfig, objectStoreConfig, serviceConfig } from '../../libs/service/src/service.config.ts';
import { authService } from '../../services/auth/src/auth.service-definition.ts';
import { gatewayService } from '../../services/gateway/src/gateway.service-definition.ts';
import { mediaService } from '../../services/media/src/media.service-definition.ts';
import { messagesService } from '../../services/messages/src/messages.service-definition.ts';
import { roomsService } from '../../services/rooms/src/rooms.service-definition.ts';

export const SERVICES = [authService, roomsService, messagesService, mediaService, gatewayService] as const;

/** What each process reads its variables by, beside those of all servers. */
export const CONFIGS: Readonly<Record<string, readonly ConfigDefinition[]>> = {
  ...Object.fromEntries(
    SERVICES.map(({ name, configs, keepsFiles }) => [
      name,
      [serviceConfig, enginesConfig, ...(keepsFiles ? [objectStoreConfig] : []), ...configs],
    ]),
  ),
  web: [serviceConfig],
};
