/** Names of the files that the first screen needs, as the build has made them; their names change with their content. */
declare const FIRST_FILES: readonly string[];
/** Changes with any of them. */
declare const VERSION: string;

const CACHE = `parley-shell-${VERSION}`;
/** The same page serves every address of the client, and this one is handed out to everybody. */
const PAGE = '/login';
const PAGES = /^\/(?:login|register|chat|ChatPage|invite|settings)(?:\/|$)/;

/** Everything that it takes to draw the first screen without a network. */
export async function keepShell(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([PAGE, ...FIRST_FILES].map((path) => new Request(path, { credentials: 'omit', cache: 'no-cache' })));
}

/** What earlier versions kept. */
export async function dropOldShells(): Promise<void> {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}

/**
 * undefined: none of our business. Answers of the API, files of people and everything else that belongs to somebody are never
 * looked at: what is kept here is the same for everyone.
 */
export function answerFromShell(event: FetchEvent): Promise<Response> | undefined {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return undefined;
  if (request.mode === 'navigate') return PAGES.test(url.pathname) ? page(event) : undefined;
  return url.pathname.startsWith('/assets/') ? asset(request) : undefined;
}

/** The server's own answer as long as there is one: it knows of new versions and of ended sessions. */
async function page(event: FetchEvent): Promise<Response> {
  try {
    return ((await event.preloadResponse) as Response | undefined) ?? (await fetch(event.request));
  } catch (error) {
    const kept = await caches.match(PAGE, { cacheName: CACHE });
    if (kept) return kept;
    throw error;
  }
}

/** Files whose names change with their content never change themselves. */
async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request.url);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(CACHE)).put(request.url, response.clone());
  return response;
}
