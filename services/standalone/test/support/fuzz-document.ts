import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ChatClient } from '@parley/testing';

interface Parameter {
  readonly in: string;
  readonly name: string;
  schema: object;
}
interface Document {
  paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: Parameter[] }>>>>;
}

/** What is there in the installation and may be named in paths: by method, path and parameter, or for all methods of a path. */
type Known = (method: string, path: string, parameter: string) => readonly string[] | undefined;

/**
 * The published document, in which every other id is one that exists: random ones lead nowhere. Without the classic routes,
 * which ignore what they do not know, and without those of operators.
 */
export async function documentWith(known: Known): Promise<string> {
  const file = path.resolve(import.meta.dirname, '../../../../docs/api/openapi.json');
  const document = JSON.parse(await readFile(file, 'utf8')) as Document;
  const routes = Object.entries(document.paths).filter(([route]) => /^\/(api|\.well-known)\//.test(route));
  document.paths = Object.fromEntries(routes);
  for (const [route, operations] of routes)
    for (const [method, { parameters = [] }] of Object.entries(operations))
      for (const parameter of parameters) {
        const values = parameter.in === 'path' ? known(method, route, parameter.name) : undefined;
        if (values) parameter.schema = { anyOf: [{ enum: values }, parameter.schema] };
      }
  return JSON.stringify(document);
}

/** Rooms, messages, people and invitations of alice. What can be used up is there several times. */
export async function settle(alice: ChatClient, bob: ChatClient): Promise<Known> {
  const newRoom = async (name: string) => (await alice.http.call('POST /api/chat/rooms', { body: { name } })).id;
  const write = async (id: string, text: string) =>
    (
      (await alice.http.call('POST /api/chat/rooms/{id}/messages', { params: { id }, query: { wait: 'stored' }, body: { text } })) as {
        id: string;
      }
    ).id;
  const room = await newRoom('fuzzed');
  const direct = (await alice.http.call('POST /api/chat/direct', { body: { userId: bob.userId } })).id;
  await bob.http.call('POST /api/chat/rooms/{id}/join', { params: { id: room } });
  const { code } = await alice.http.call('POST /api/chat/rooms/{id}/invites', { params: { id: room }, body: {} });
  const messages = await Promise.all(['one', 'two', 'three'].map((text) => write(room, text)));
  const spare = { rooms: await Promise.all(['spare one', 'spare two'].map(newRoom)), messages: [await write(room, 'to be deleted')] };
  return (method, route, parameter) => {
    if (route.startsWith('/api/users/')) return [alice.userId, bob.userId];
    if (route === '/api/chat/rooms/{id}' && method === 'delete') return spare.rooms;
    if (parameter === 'id') return route.startsWith('/api/chat/rooms/') ? [room, direct] : undefined;
    if (parameter === 'messageId') return method === 'delete' && route.endsWith('{messageId}') ? spare.messages : messages;
    return { userId: [bob.userId], code: [code], emoji: ['👍', '❤️'] }[parameter];
  };
}
