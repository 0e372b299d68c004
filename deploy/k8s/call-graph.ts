import { Module, type DynamicModule } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { CookieAccounts, NamedRooms, PeerAnswersModule, SessionsModule } from '@parley/chat';
import { PlatformModule } from '@parley/platform';
import { configOf, listenConfig, loadConfig, serverConfig } from '@parley/runtime';
import { ConfigModule } from '../../libs/runtime/src/config/config.module.ts';
import { RuntimeModule } from '../../libs/runtime/src/runtime.module.ts';
import { PeersModule } from '../../libs/service/src/peers.module.ts';
import { serviceConfig } from '../../libs/service/src/service.config.ts';
import type { ServiceDefinition } from '../../libs/service/src/service-definition.ts';
import { ServiceAddresses } from '../../services/web/server/classic/service-addresses.ts';
import { WebModule } from '../../services/web/server/web.module.ts';

const ENV = { PARLEY_SERVICE_CREDENTIAL: 'nobody-is-asked-anything-while-this-is-looked-at' };
const PLATFORM = {
  mode: 'distributed',
  databaseUrl: 'postgres://nobody@nowhere/nothing',
  kafkaBrokers: ['nowhere:9092'],
  kafkaTopics: {},
  redisUrl: 'redis://nowhere:6379',
  s3: { endpoint: 'http://nowhere:9000', accessKey: 'none', secretKey: 'none', bucket: 'none', region: 'none' },
  limitsFactor: 1,
  onFatal: () => undefined,
} as const;

@Module({})
class LookedAtModule {}

@Module({})
class WebPeersModule {}

/**
 * Which services each service asks: those that answer a port which something in it is made with. Nest tells, which knows what it would
 * inject where; nothing is made and nothing connected.
 */
export async function callGraph(services: readonly ServiceDefinition[]): Promise<Record<string, string[]>> {
  const graph: Record<string, string[]> = {};
  const ownerOf = new Map(services.flatMap(({ name, answers }) => answers.map(({ contract }) => [classOf(contract.name), name] as const)));
  for (const service of services) {
    const config = loadConfig([listenConfig, serverConfig, serviceConfig, ...service.configs], ENV);
    const credential = ENV.PARLEY_SERVICE_CREDENTIAL;
    const injected = await injectedInto({
      module: LookedAtModule,
      imports: [
        RuntimeModule.with(),
        ConfigModule.for(config),
        await PlatformModule.for(PLATFORM),
        PeersModule.for(service, configOf(config, serviceConfig)),
        SessionsModule,
        service.module,
        PeerAnswersModule.for({ ports: service.answers, imports: [service.module], credential }),
      ],
    });
    graph[service.name] = [...new Set(injected.flatMap((name) => ownerOf.get(name) ?? []))].filter((name) => name !== service.name).sort();
  }
  const web = await injectedInto({
    module: LookedAtModule,
    imports: [RuntimeModule.with(), ConfigModule.for(loadConfig([listenConfig, serverConfig, serviceConfig], ENV)), webPeers(), WebModule],
  });
  // Who has the address book of all asks all.
  const all = services.map(({ name }) => name).filter((name) => name !== 'gateway');
  graph['web'] = web.includes(ServiceAddresses.name) ? all.sort() : [...new Set(web.flatMap((name) => ownerOf.get(name) ?? []))].sort();
  return graph;
}

function webPeers(): DynamicModule {
  const tokens = [CookieAccounts, NamedRooms, ServiceAddresses];
  return {
    module: WebPeersModule,
    global: true,
    providers: tokens.map((provide) => ({ provide, useValue: {} })),
    exports: tokens,
  };
}

/** The names of all that anything under this module is made with. */
async function injectedInto(module: DynamicModule): Promise<string[]> {
  const app = await NestFactory.createApplicationContext(module, { preview: true, logger: false, abortOnError: false });
  const parts = [...app.get(ModulesContainer).values()].flatMap(({ providers, controllers, injectables }) => [
    ...providers.values(),
    ...controllers.values(),
    ...injectables.values(),
  ]);
  return parts.flatMap((part) => (part.getCtorMetadata() ?? []).map(({ name }) => String(name)));
}

/** `room-access` -> `RoomAccess`. */
const classOf = (contract: string): string => contract.replace(/(^|-)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
