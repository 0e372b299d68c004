import { Module, RequestMethod, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { formBody } from '@parley/runtime';
import { ClassicAccountController } from './account.controller.js';
import { ClassicChatController } from './chat.controller.js';
import { CookieGuard } from './cookie.guard.js';
import { PublicApi } from './public-api.js';
import { ClassicUploadController } from './upload.controller.js';

/** The classic routes of `docs/api` §6. Needs `CookieAccounts`, `NamedRooms` and `ServiceAddresses` from the composition. */
@Module({ controllers: [ClassicAccountController, ClassicChatController, ClassicUploadController], providers: [CookieGuard, PublicApi] })
export class ClassicModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    const forms = ['login', 'register'].map((path) => ({ path, method: RequestMethod.POST }));
    consumer.apply(formBody).forRoutes(...forms);
  }
}
