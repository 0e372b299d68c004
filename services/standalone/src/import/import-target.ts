import { AccountImport } from '@parley/auth';
import { MessageImport } from '@parley/messages';
import { ImportedMarkers, RoomImport } from '@parley/rooms';
import { openInstallation } from '../installation/open-installation.js';

/** What an import writes with. */
export interface ImportTarget extends AsyncDisposable {
  readonly accounts: AccountImport;
  readonly rooms: RoomImport;
  readonly markers: ImportedMarkers;
  readonly messages: MessageImport;
}

export async function openImportTarget(env: NodeJS.ProcessEnv): Promise<ImportTarget> {
  const installation = await openInstallation(env);
  return {
    accounts: installation.get(AccountImport),
    rooms: installation.get(RoomImport),
    markers: installation.get(ImportedMarkers),
    messages: installation.get(MessageImport),
    [Symbol.asyncDispose]: () => installation[Symbol.asyncDispose](),
  };
}
