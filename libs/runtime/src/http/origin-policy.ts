import { Inject, Injectable } from '@nestjs/common';
import type { ConfigOf } from '../config/config.js';
import { serverConfig } from '../config/server.config.js';

/**
 * Which web sites may talk to this installation: its own address (`PARLEY_PUBLIC_URL`, or localhost on the port it
 * listens on) and `PARLEY_ALLOWED_ORIGINS`. Origins are compared as a whole, so look-alikes do not pass.
 */
@Injectable()
export class OriginPolicy {
  readonly #further: ReadonlySet<string>;
  #own: ReadonlySet<string>;

  constructor(@Inject(serverConfig.token) config: ConfigOf<typeof serverConfig>) {
    this.#further = new Set(config.ALLOWED_ORIGINS);
    this.#own = new Set(config.PUBLIC_URL === undefined ? [] : [config.PUBLIC_URL]);
  }

  /** Without a public address people use this machine's, whose port is known once it listens. */
  listensOn(port: number): void {
    if (this.#own.size === 0)
      this.#own = new Set([`http://localhost:${port}`, `http://127.0.0.1:${port}`].map((text) => new URL(text).origin));
  }

  /** Where people reach the installation: what links in our answers begin with. */
  get publicUrl(): string {
    const [first] = this.#own;
    if (first === undefined) throw new Error('the address is not known before the process listens');
    return first;
  }

  isAllowed(origin: string): boolean {
    return this.#own.has(origin) || this.#further.has(origin);
  }

  /** Allowed, but not ourselves: its pages need CORS headers to read our answers. */
  isFurther(origin: string): boolean {
    return this.#further.has(origin) && !this.#own.has(origin);
  }

  /**
   * Whether a request that changes something may come from where it says it comes from. Browsers always say so; what
   * carries neither header is a script, which no web site can make act on another person's behalf.
   */
  mayChangeState(headers: { readonly origin?: string | undefined; readonly 'sec-fetch-site'?: string | string[] | undefined }): boolean {
    if (headers.origin !== undefined) return this.isAllowed(headers.origin);
    const site = headers['sec-fetch-site'];
    return site === undefined || site === 'same-origin' || site === 'none';
  }
}
