import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { LoadedConfig } from './config.js';

/** Gives every part its own settings by the token of its definition: `@Inject(authConfig.token) config: ConfigOf<typeof authConfig>`. */
@Module({})
export class ConfigModule {
  static for(loaded: LoadedConfig): DynamicModule {
    const providers: Provider[] = [...loaded].map(([token, value]) => ({ provide: token, useValue: value }));
    return { module: ConfigModule, global: true, providers, exports: providers };
  }
}
