import { cookieAccountsPort, profilesPort, sessionsPort } from '@parley/chat';
import type { ServiceDefinition } from '@parley/service';
import { CookieAccountService } from './http/cookie-account.service.js';
import { accessTokenConfig, authConfig } from './auth.config.js';
import { AuthModule } from './auth.module.js';
import { authSchema } from './db/auth.database.js';
import { SessionService } from './sessions/session.service.js';
import { ProfileService } from './users/profile.service.js';

export const authService: ServiceDefinition = {
  name: 'auth',
  module: AuthModule,
  configs: [accessTokenConfig, authConfig],
  schema: authSchema,
  answers: [
    { contract: profilesPort, by: ProfileService },
    { contract: sessionsPort, by: SessionService },
    { contract: cookieAccountsPort, by: CookieAccountService },
  ],
};
