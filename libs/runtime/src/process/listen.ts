import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The port cannot be had; the message is one line for the person who started Parley. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly isForOperator = true;
}

/** Resolves to the port, which is a free one if 0 was asked for. */
export async function listen(server: Server, port: number, host: string, variable = 'PORT'): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw new ListenError(describe(error as NodeJS.ErrnoException, port, host, variable), { cause: error });
  }
  return (server.address() as AddressInfo).port;
}

function describe({ code, message }: NodeJS.ErrnoException, port: number, host: string, variable: string): string {
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is taken: stop what uses it, or set ${variable} to another port`;
  if (code === 'EACCES') return `port ${port} on ${host} may not be used by this user: set ${variable} to a port above 1023`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is not an address of this machine: set HOST to one that is`;
  return `cannot listen on port ${port} of ${host}: ${message}`;
}
