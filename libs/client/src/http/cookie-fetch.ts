import { SECURE_SESSION_COOKIE, SESSION_COOKIE } from '@parley/contracts';
import type { Fetch } from './http.js';

/**
 * `fetch` for programs: knows where the product is, and keeps its session cookie as a browser would. Nothing of it is
 * written anywhere.
 * @param url of the product, `http://localhost:8080`; asked for at each call
 */
export function cookieFetch(url: () => string): Fetch {
  let cookie: string | undefined;
  return async (path, init) => {
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === undefined ? {} : { cookie }) };
    const response = await fetch(url() + path, { ...init, headers });
    for (const header of response.headers.getSetCookie()) {
      const [pair = ''] = header.split(';', 1);
      const [name, value] = pair.split('=', 2);
      if (name === SESSION_COOKIE || name === SECURE_SESSION_COOKIE) cookie = value === '' ? undefined : pair;
    }
    return response;
  };
}
