import { Module, type DynamicModule, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CLIENT_FOLDER, ClientMiddleware } from './client.middleware.js';

/** `dist/client` of this package, from `server/client/` and from `dist/server/client/` alike. */
function builtClient(): string {
  const root = ['../../', '../../../']
    .map((up) => new URL(up, import.meta.url))
    .find((folder) => existsSync(new URL('package.json', folder)));
  return fileURLToPath(new URL('dist/client/', root ?? import.meta.url));
}

/** The web client, built by Vite, on whatever listener the process has. */
@Module({ providers: [ClientMiddleware, { provide: CLIENT_FOLDER, useFactory: builtClient }] })
export class ClientModule implements NestModule {
  /** Serves the client that was built into `folder`. */
  static from(folder: string): DynamicModule {
    return { module: ClientModule, providers: [{ provide: CLIENT_FOLDER, useValue: folder }] };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ClientMiddleware).forRoutes('{*path}');
  }
}
