import { Database, type ServiceSchema } from '@parley/db';
import { CredentialEntity } from '../credentials/credential.entity.js';
import { SigningKeyEntity } from '../keys/signing-key.entity.js';
import { SessionEntity } from '../sessions/session.entity.js';
import { UserEntity } from '../users/user.entity.js';
import { AddAvatarMedia1763704800000 } from './migrations/1763704800000-add-avatar-media.js';
import { FindLooksAndStatusEnds1764100000000 } from './migrations/1764100000000-find-looks-and-status-ends.js';
import { FoldSearchKeys1764600000000 } from './migrations/1764600000000-fold-search-keys.js';
import { CreateAccounts1763690400000 } from './migrations/1763690400000-create-accounts.js';

export class AuthDatabase extends Database {}

export const authSchema: ServiceSchema = {
  schema: 'auth',
  entities: [UserEntity, CredentialEntity, SessionEntity, SigningKeyEntity],
  migrations: [CreateAccounts1763690400000, AddAvatarMedia1763704800000, FindLooksAndStatusEnds1764100000000, FoldSearchKeys1764600000000],
};
