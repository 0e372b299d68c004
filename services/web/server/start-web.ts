import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CookieAccounts, NamedRooms, connectPeer, cookieAccountsPort, namedRoomsPort } from '@parley/chat';
import {
  bootstrap,
  configOf,
  listenConfig,
  loadConfig,
  serverConfig,
  tracingConfig,
  tracingFrom,
  type ConfigOf,
  type RunningApp,
} from '@parley/runtime';
import { serviceConfig } from '@parley/service';
import { ServiceAddresses } from './classic/service-addresses.js';
import { WebModule } from './web.module.js';

@Global()
@Module({})
class PeersModule {
  static for(config: ConfigOf<typeof serviceConfig>): DynamicModule {
    const urls = { auth: config.AUTH_URL, rooms: config.ROOMS_URL, messages: config.MESSAGES_URL, media: config.MEDIA_URL };
    const credential = config.SERVICE_CREDENTIAL;
    const providers: Provider[] = [
      { provide: CookieAccounts, useValue: connectPeer(cookieAccountsPort, { url: urls.auth, credential }) },
      { provide: NamedRooms, useValue: connectPeer(namedRoomsPort, { url: urls.rooms, credential }) },
      { provide: ServiceAddresses, useValue: { of: (service: keyof typeof urls) => urls[service] } satisfies ServiceAddresses },
    ];
    return { module: PeersModule, providers, exports: [CookieAccounts, NamedRooms, ServiceAddresses] };
  }
}

@Module({})
class WebProcessModule {}

/** The web service in a process of its own. It needs no engine: what it cannot answer itself it asks the other services. */
export async function startWeb(env: NodeJS.ProcessEnv): Promise<RunningApp> {
  const config = loadConfig([listenConfig, serverConfig, tracingConfig, serviceConfig], env);
  const peers = PeersModule.for(configOf(config, serviceConfig));
  const app = await bootstrap({
    module: { module: WebProcessModule, imports: [peers, WebModule] },
    config,
    resources: await tracingFrom(config, 'web'),
  });
  process.stdout.write(`web is ready at ${app.url}\n`);
  return app;
}
