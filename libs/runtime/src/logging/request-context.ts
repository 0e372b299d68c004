import { AsyncLocalStorage } from 'node:async_hooks';

interface RequestContext {
  readonly requestId: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

export const runInRequest = <T>(requestId: string, work: () => T): T => storage.run({ requestId }, work);

/** Id of the HTTP request that is being served, wherever in its code this is asked. */
export const currentRequestId = (): string | undefined => storage.getStore()?.requestId;
