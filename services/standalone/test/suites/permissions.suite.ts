import { CLASSIC_CLIENT_EVENTS, CLIENT_EVENTS, ROUTES } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Person, WHO, type Who } from './permission-people.js';
import { Cast, nowhere, type Scene } from './permission-scene.js';
import { CLASSIC_ROUTES, CODES, type Row } from './permission-row.js';
import { ACCOUNTS, CLASSIC, ENDS } from './permission-rows.accounts.js';
import { EVENTS, MEDIA, MESSAGES } from './permission-rows.messages.js';
import { ROOMS } from './permission-rows.rooms.js';
import type { Place } from './world.js';

const TABLE: readonly Row[] = [...ACCOUNTS, ...ROOMS, ...MESSAGES, ...MEDIA, ...EVENTS, ...CLASSIC, ...ENDS];
type Visibility = 'public' | 'private';

/** Every route and every event against everybody who may try it, in whatever mode. `start` brings a fresh installation. */
export const permissions = (start: () => Promise<Place>) =>
  describe('permissions', () => {
    let product: Place;
    let cast: Cast;
    /** What changes nothing for the others shares a room. */
    const shared: Partial<Record<Visibility, Scene>> = {};

    beforeAll(async () => {
      product = await start();
      cast = await Cast.gather(() => Person.arrive(product.url));
    }, 120_000);

    afterAll(async () => {
      await cast?.[Symbol.asyncDispose]();
      await product?.[Symbol.asyncDispose]();
    });

    const sceneFor = async ({ isFresh }: Row, visibility: Visibility): Promise<Scene> =>
      isFresh ? cast.newScene(visibility) : (shared[visibility] ??= await cast.newScene(visibility));

    /** The end of a session ends its sockets: there is nobody to answer. */
    const codeOf = (who: Who, work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'ok',
        (error: Error & { code?: string }) => error.code ?? (who === 'ended session' ? 'UNAUTHENTICATED' : error.message),
      );

    it('has a row for everything that the contract has', () => {
      const rows = new Set<string>(TABLE.map(({ of }) => of));
      const all = [
        ...ROUTES.map(({ method, path }) => `${method} ${path}`),
        ...Object.keys(CLIENT_EVENTS),
        ...Object.keys(CLASSIC_CLIENT_EVENTS).map((event) => `classic ${event}`),
        ...CLASSIC_ROUTES,
      ];
      expect(all.filter((name) => !rows.has(name))).toEqual([]);
      for (const { of, open, closed } of TABLE) expect([of, open.length, (closed ?? open).length]).toEqual([of, WHO.length, WHO.length]);
    });

    it('a private room of others looks like none, on every call', { timeout: 30_000 }, async () => {
      const scene = nowhere({ victim: cast.victim, outsider: cast.outsider, owner: cast.people.owner });
      for (const { of, closed, needsRoom, attempt } of TABLE) {
        if (!closed || closed[1] === '+' || needsRoom) continue;
        expect([of, await codeOf('stranger', attempt(cast.people.stranger, scene))]).toEqual([of, CODES[closed[1]!]]);
      }
    });

    const rows = TABLE.flatMap((row) => [
      { name: `${row.of} ${row.what ?? ''}`, place: row.closed ? 'in a public room' : 'anywhere', letters: row.open, row },
      ...(row.closed ? [{ name: `${row.of} ${row.what ?? ''}`, place: 'in a private room', letters: row.closed, row }] : []),
    ]);

    it.each(rows)('$name $place: $letters', { timeout: 30_000 }, async ({ place, letters, row }) => {
      const scene = await sceneFor(row, place === 'in a private room' ? 'private' : 'public');
      const actual: Record<string, string> = {};
      for (const who of WHO) actual[who] = await codeOf(who, row.attempt(cast.people[who], scene));
      expect(actual).toEqual(Object.fromEntries(WHO.map((who, index) => [who, CODES[letters[index]!]])));
    });
  });
