import { Injectable } from '@nestjs/common';
import { UserRegistered } from '@parley/contracts';
import { Outbox } from '@parley/platform';
import { CredentialRepository } from '../credentials/credential.repository.js';
import { PasswordHasher } from '../credentials/password-hasher.js';
import { isWerkzeugHash } from '../credentials/werkzeug-hash.js';
import { AuthDatabase } from '../db/auth.database.js';
import { newUser } from '../users/new-user.js';
import { toUser } from '../users/user-view.js';
import { UserRepository } from '../users/user.repository.js';

/** No password has this hash. */
const NO_PASSWORD = '!';
const BATCH = 100;

/** An account of an earlier application; name and display name are already as the contract wants them. */
export interface ImportedAccount {
  /** The same in every run, which is how a run knows what a former one has made. */
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly createdAt: Date;
  /** `text` is the password itself. Nobody can log in with null. */
  readonly password: { readonly hash: string } | { readonly text: string } | null;
}

export interface AccountImportAnswer {
  /** By account id. `taken`: somebody else has the name. */
  readonly outcomes: ReadonlyMap<string, 'created' | 'known' | 'taken'>;
  /** Username of the account that founded the installation; undefined when somebody was there already. */
  readonly administrator: string | undefined;
}

/** Whether a hash can be checked at a log-in. */
export const isImportableHash = isWerkzeugHash;

/** Takes over accounts of an earlier application. What exists already is left as it is. */
@Injectable()
export class AccountImport {
  constructor(
    private readonly database: AuthDatabase,
    private readonly users: UserRepository,
    private readonly credentials: CredentialRepository,
    private readonly hasher: PasswordHasher,
    private readonly outbox: Outbox,
  ) {}

  /** In an installation without anybody the first of the accounts becomes its administrator. */
  async import(accounts: readonly ImportedAccount[]): Promise<AccountImportAnswer> {
    const outcomes = new Map<string, 'created' | 'known' | 'taken'>();
    let administrator: string | undefined;
    for (let next = 0; next < accounts.length; next += BATCH) {
      const batch = accounts.slice(next, next + BATCH);
      const known = new Set((await this.users.find(batch.map(({ id }) => id))).map(({ id }) => id));
      const hashed = await this.hashAll(batch.filter(({ id }) => !known.has(id)));
      for (const { id } of batch) if (known.has(id)) outcomes.set(id, 'known');
      await this.database.transaction(async (transaction) => {
        const isFounding = hashed.length > 0 && (await this.users.claimFounding(transaction));
        for (const [index, { account, passwordHash }] of hashed.entries()) {
          const { id, username, displayName, createdAt } = account;
          const entity = newUser({ id, username, displayName, createdAt, isAdministrator: isFounding && index === 0 });
          const isInserted = await this.users.insert(transaction, entity);
          outcomes.set(account.id, isInserted ? 'created' : 'taken');
          if (!isInserted) continue;
          if (entity.isAdministrator) administrator = entity.username;
          await this.credentials.insert(transaction, { userId: entity.id, passwordHash });
          await this.outbox.add(transaction, UserRegistered, { user: toUser(entity) });
        }
      });
    }
    return { outcomes, administrator };
  }

  private async hashAll(accounts: readonly ImportedAccount[]): Promise<{ account: ImportedAccount; passwordHash: string }[]> {
    const hashed = [];
    for (const account of accounts) hashed.push({ account, passwordHash: await this.hashOf(account) });
    return hashed;
  }

  private async hashOf({ password }: ImportedAccount): Promise<string> {
    if (password === null) return NO_PASSWORD;
    if ('text' in password) return this.hasher.hash(password.text);
    return isImportableHash(password.hash) ? password.hash : NO_PASSWORD;
  }
}
