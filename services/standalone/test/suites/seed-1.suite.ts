import { eventually } from '@parley/testing';
import { describe, expect, it } from 'vitest';
import { oldClients } from './old-clients.js';
import type { Place } from './world.js';

/** The second application: `send_message` comes back as `receive_message`, and every room keeps its messages. */
export function seed1(start: () => Promise<Place>): void {
  describe('seed 1: Chat Application with SocketIO', () => {
    const old = oldClients(start);
    const { newClient } = old;

    it('takes each name once', async () => {
      const { username } = await newClient().register();
      const second = await newClient().postForm('/register', { username: username.toUpperCase(), password: 'another good one 9' });
      expect([second.status, second.headers.get('location')]).toEqual([303, '/register?error=USERNAME_TAKEN']);
    });

    it('lets nobody in without a session', async () => {
      await expect(newClient().connect()).rejects.toMatchObject({ data: { code: 'UNAUTHENTICATED' } });
      expect((await newClient().fetch('/chat')).headers.get('location')).toBe('/login');
    });

    it('sends to everyone in the room, in one order, and keeps it in its database', async () => {
      const people = await Promise.all([1, 2, 3].map(() => newClient().register()));
      const sockets = await Promise.all(people.map((person) => person.connect()));
      const said = Array.from({ length: 5 }, (_, round) => people.map(({ username }) => `${username} ${round}`)).flat();
      for (const [index, text] of said.entries()) sockets[index % sockets.length]!.socket.emit('send_message', { message: text });
      const heardBy = ({ of }: (typeof sockets)[number]) => of('receive_message').map(({ message }) => message);
      for (const socket of sockets) await eventually(() => heardBy(socket).length === said.length, { describe: 'everyone heard all' });
      expect(new Set(heardBy(sockets[0]!))).toEqual(new Set(said));
      for (const socket of sockets) {
        expect(heardBy(socket)).toEqual(heardBy(sockets[0]!));
        const seqs = socket.of('receive_message').map(({ seq }) => Number(seq));
        expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index));
      }
      const history = await people[0]!.json<{ message: string }[]>('/chat_history');
      expect(history.slice(-said.length).map(({ message }) => message)).toEqual(heardBy(sockets[0]!));
    });

    it('keeps rooms apart', async () => {
      const [alice, bob] = [await newClient().register(), await newClient().register()];
      const [hers, his] = [await alice.connect(), await bob.connect()];
      await hers.ask('join', { room: 'Greenhouse' });
      expect(await hers.ask('send_message', { room: 'Greenhouse', message: 'tomatoes' })).toMatchObject({ ok: true });
      await eventually(() => hers.of('receive_message').length === 1, { describe: 'she hears herself' });
      expect(hers.of('receive_message')[0]).toMatchObject({ room: 'Greenhouse', username: alice.username, message: 'tomatoes' });
      await his.ask('send_message', { message: 'all quiet here' });
      await eventually(() => his.of('receive_message').length === 1, { describe: 'he hears himself' });
      expect(his.of('receive_message').map(({ message }) => message)).toEqual(['all quiet here']);
    });

    it('needs WebSockets: a client that insists on long polling is told so', async () => {
      const alice = await newClient().register();
      await expect(alice.connect(['polling', 'websocket'])).rejects.toThrow('xhr poll error');
      const told = await fetch(`${old.url}/socket.io/?EIO=4&transport=polling`);
      expect([told.status, ((await told.json()) as { detail: string }).detail]).toEqual([400, 'Connect with Socket.IO 4 over WebSocket.']);
    });
  });
}
