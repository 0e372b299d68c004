import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ServiceAddresses } from '@parley/web';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Every service is in this process, behind its one listener. */
@Injectable()
export class OwnAddress implements ServiceAddresses {
  constructor(private readonly host: HttpAdapterHost) {}

  of(): string {
    const { address, port } = (this.host.httpAdapter.getHttpServer() as Server).address() as AddressInfo;
    if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
    if (address === '::') return `http://[::1]:${port}`;
    return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  }
}
