import { isImportableHash, type ImportedAccount } from '@parley/auth';
import { DisplayName, RESERVED_USERNAMES, Username } from '@parley/contracts';
import { OperatorError } from '../installation/operator-error.js';
import { importedId } from './import-ids.js';
import type { ImportOptions } from './import-options.js';
import type { ImportReport } from './import-report.js';
import type { MappedTable } from './source-tables.js';
import { parseSourceTime } from './source-time.js';
import type { SourceRow, SqliteSource } from './sqlite-source.js';

/** The users of the file that can be taken over, to be found by what other tables call them. */
export class PlannedPeople {
  /** The administrator of a new installation first. */
  readonly accounts: ImportedAccount[] = [];
  private readonly byId = new Map<string, string>();
  private readonly byName = new Map<string, string>();

  /** What other tables may name somebody by: the id, the name, or, where people were careless, one in the place of the other. */
  find(id: string | null | undefined, name: string | null | undefined): string | undefined {
    const known = id == null ? undefined : this.byId.get(id);
    if (known !== undefined || name == null) return known;
    return this.byName.get(name) ?? this.byName.get(name.toLowerCase()) ?? this.byId.get(name);
  }

  add(account: ImportedAccount, sourceId: string | null, sourceName: string): void {
    this.accounts.push(account);
    if (sourceId !== null) this.byId.set(sourceId, account.id);
    this.byName.set(sourceName, account.id);
    if (!this.byName.has(sourceName.toLowerCase())) this.byName.set(sourceName.toLowerCase(), account.id);
  }

  /** Somebody else in Parley has the name. */
  drop(accountId: string): void {
    for (const map of [this.byId, this.byName]) for (const [key, id] of map) if (id === accountId) map.delete(key);
  }

  putFirst(accountId: string): void {
    const [account] = this.accounts.splice(
      this.accounts.findIndex(({ id }) => id === accountId),
      1,
    );
    this.accounts.unshift(account!);
  }
}

type UserRow = SourceRow<'id' | 'username' | 'password' | 'displayName' | 'createdAt'>;

export function planPeople(source: SqliteSource, table: MappedTable<'users'>, options: ImportOptions, report: ImportReport): PlannedPeople {
  const people = new PlannedPeople();
  const taken = new Set<string>();
  for (const row of source.rows(table.name, table.columns) as Iterable<UserRow>) {
    const sourceName = (row.username ?? '').trim();
    const username = options.renames.get(sourceName) ?? sourceName;
    const finding = refusalOf(username, taken);
    if (finding) {
      report.note(finding, sourceName);
      continue;
    }
    taken.add(username.toLowerCase());
    people.add(accountOf(row, username, options, report), row.id ?? null, sourceName);
  }
  if (options.administrator !== undefined) {
    const id = people.find(undefined, options.administrator);
    if (id === undefined)
      throw new OperatorError(`--administrator ${options.administrator}: is not among the users that can be taken over`);
    people.putFirst(id);
  }
  return people;
}

function refusalOf(username: string, taken: ReadonlySet<string>) {
  const key = username.toLowerCase();
  if (!Username.safeParse(username).success) return 'user-bad-name';
  if ((RESERVED_USERNAMES as readonly string[]).includes(key)) return 'user-reserved-name';
  return taken.has(key) ? 'user-duplicate-name' : undefined;
}

function accountOf(row: UserRow, username: string, options: ImportOptions, report: ImportReport): ImportedAccount {
  const displayName = DisplayName.safeParse(row.displayName ?? username);
  if (!displayName.success && row.displayName) report.note('user-display-name', row.displayName);
  const password = passwordOf(row.password ?? null, options);
  if (password === null) report.note('user-no-password', username);
  return {
    id: importedId('user', username.toLowerCase()),
    username,
    displayName: displayName.success ? displayName.data : username,
    createdAt: parseSourceTime(row.createdAt ?? null, options.offsetMinutes) ?? new Date(),
    password,
  };
}

function passwordOf(stored: string | null, { arePasswordsPlain }: ImportOptions): ImportedAccount['password'] {
  if (!stored) return null;
  if (arePasswordsPlain) return { text: stored };
  return isImportableHash(stored) ? { hash: stored } : null;
}
