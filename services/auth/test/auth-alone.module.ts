import { Global, Module, type DynamicModule } from '@nestjs/common';
import { MediaLibrary, Profiles, Sessions, SessionsModule } from '@parley/chat';
import { AuthModule } from '../src/auth.module.js';
import { SessionService } from '../src/sessions/session.service.js';
import { ProfileService } from '../src/users/profile.service.js';

import { Pictures } from './pictures.js';

/** What other services ask this one, which here is at hand. */
@Global()
@Module({
  imports: [AuthModule],
  providers: [
    { provide: Profiles, useExisting: ProfileService },
    { provide: Sessions, useExisting: SessionService },
    { provide: MediaLibrary, useClass: Pictures },
  ],
  exports: [Profiles, Sessions, MediaLibrary],
})
class OwnPortsModule {}

/** The auth service with nothing around it. */
@Module({})
export class AuthAloneModule {
  static on(platform: DynamicModule): DynamicModule {
    return { module: AuthAloneModule, imports: [platform, OwnPortsModule, SessionsModule, AuthModule] };
  }
}
