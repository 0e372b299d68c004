import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from '@parley/auth';
import { SessionsModule } from '@parley/chat';
import { GatewayModule } from '@parley/gateway';
import { MediaModule } from '@parley/media';
import { MessagesModule } from '@parley/messages';
import { PlatformModule, type EmbeddedPlatformOptions } from '@parley/platform';
import { RoomsModule } from '@parley/rooms';
import { WebModule } from '@parley/web';
import { PeersModule } from './peers.module.js';

/** Every service in one process, on the embedded adapters. */
@Module({})
export class StandaloneModule {
  static async on(platform: Omit<EmbeddedPlatformOptions, 'mode'>): Promise<DynamicModule> {
    return {
      module: StandaloneModule,
      imports: [
        await PlatformModule.for({ mode: 'embedded', ...platform }),
        PeersModule,
        SessionsModule,
        AuthModule,
        RoomsModule,
        MessagesModule,
        MediaModule,
        GatewayModule,
        WebModule,
      ],
    };
  }
}
