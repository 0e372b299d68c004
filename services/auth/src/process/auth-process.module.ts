import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Profiles, Sessions, SessionsModule } from '@parley/chat';
import { AuthModule } from '../auth.module.js';
import { SessionService } from '../sessions/session.service.js';
import { ProfileService } from '../users/profile.service.js';

/** What other services ask this one, which here is at hand. */
@Global()
@Module({
  imports: [AuthModule],
  providers: [
    { provide: Profiles, useExisting: ProfileService },
    { provide: Sessions, useExisting: SessionService },
  ],
  exports: [Profiles, Sessions],
})
class OwnPortsModule {}

/** The auth service in a process of its own. */
@Module({})
export class AuthProcessModule {
  static on(platform: DynamicModule): DynamicModule {
    return { module: AuthProcessModule, imports: [platform, OwnPortsModule, SessionsModule, AuthModule] };
  }
}
