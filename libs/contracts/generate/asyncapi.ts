import {
  AckError,
  CLASSIC_CLIENT_EVENTS,
  CLASSIC_SERVER_EVENTS,
  CLIENT_EVENTS,
  ConnectRefusal,
  LOG_EVENTS,
  SERVER_EVENTS,
  TOPIC_NAMES,
  TOPICS,
} from '@parley/contracts';
import type { z } from 'zod';
import { SchemaCatalogue } from './schema-catalogue.js';

type SocketChannel = 'live' | 'classic';

interface MessageObject {
  readonly name: string;
  readonly summary?: string;
  readonly payload: object;
}

interface Operation {
  readonly action: 'send' | 'receive';
  readonly channel: object;
  readonly summary: string;
  readonly messages: object[];
  readonly reply?: object;
}

const ref = (...path: string[]) => ({ $ref: `#/${path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}` });

/** `message:send` -> `MessageSend`, `message.posted.v1` -> `MessagePostedV1`. */
const pascal = (name: string) =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** AsyncAPI 3 of everything that moves without being asked for: Socket.IO events, and the facts in the event log. */
export function asyncApiDocument(): object {
  const schemas = new SchemaCatalogue();
  const messages: Record<string, MessageObject> = {};
  const operations: Record<string, Operation> = {};
  /** Message ids by channel. */
  const sockets: Record<SocketChannel, string[]> = { live: [], classic: [] };
  const add = (channel: SocketChannel, id: string, message: MessageObject) => {
    messages[id] = message;
    sockets[channel].push(id);
    return ref('channels', channel, 'messages', id);
  };
  const addRequest = (channel: SocketChannel, id: string, name: string, { payload, data }: { payload: z.ZodType; data: z.ZodType }) => {
    const request = add(channel, id, { name, payload: schemas.use(payload, `${id}Payload`, 'input') });
    const answerData = schemas.use(data, `${id}Data`, 'output');
    const answer = add(channel, `${id}Ack`, { name: `ack of ${name}`, payload: acknowledgement(answerData, schemas) });
    operations[id] = {
      action: 'receive',
      channel: ref('channels', channel),
      summary: `Clients send \`${name}\` and get an acknowledgement`,
      messages: [request],
      reply: { channel: ref('channels', channel), messages: [answer] },
    };
  };
  const addEvent = (channel: SocketChannel, id: string, name: string, payload: z.ZodType) => {
    const summary = name === 'connect_error' ? '`data` of the error when a connection is refused' : `Gateways send \`${name}\``;
    const message = add(channel, id, { name, summary, payload: schemas.use(payload, `${id}Payload`, 'output') });
    operations[id] = { action: 'send', channel: ref('channels', channel), summary, messages: [message] };
  };

  for (const [name, event] of Object.entries(CLIENT_EVENTS)) addRequest('live', pascal(name), name, event);
  for (const [name, payload] of Object.entries({ ...SERVER_EVENTS, connect_error: ConnectRefusal }))
    addEvent('live', pascal(name.startsWith('server:') ? name : `server:${name}`), name, payload);
  for (const [name, event] of Object.entries(CLASSIC_CLIENT_EVENTS)) addRequest('classic', pascal(`classic:${name}`), name, event);
  for (const [name, payload] of Object.entries(CLASSIC_SERVER_EVENTS)) addEvent('classic', pascal(`server:classic:${name}`), name, payload);

  for (const event of LOG_EVENTS) {
    const id = pascal(event.type);
    messages[id] = { name: event.type, payload: schemas.use(event.schema, id, 'output') };
    operations[id] = {
      action: 'send',
      channel: ref('channels', event.topic),
      summary: `\`${event.type}\` is appended to the log`,
      messages: [ref('channels', event.topic, 'messages', id)],
    };
  }

  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Parley live and in the log',
      version: '1',
      description:
        'Live: Socket.IO 4, transport `websocket` only. Connect with `auth: { token }`; the payload below is the one argument of each event, ' +
        'and every client event is acknowledged. Log: what the services tell each other; strict, versioned, parsed on append and on receipt.',
      license: { name: 'Apache-2.0' },
    },
    servers: {
      live: { host: 'localhost:8080', pathname: '/socket.io/', protocol: 'ws', description: 'The gateway' },
      log: {
        host: 'localhost:9092',
        protocol: 'kafka',
        description: 'The event log; in embedded mode a table in Postgres with the same partitions',
      },
    },
    channels: {
      live: { address: '/socket.io/', title: 'Socket.IO', servers: [ref('servers', 'live')], messages: select(sockets.live) },
      classic: {
        address: '/socket.io/',
        title: 'Socket.IO of old clients',
        description:
          'For connections with the session cookie and without a token. They get these events beside those of `live`; unknown fields are ignored.',
        servers: [ref('servers', 'live')],
        messages: select(sockets.classic),
      },
      ...Object.fromEntries(TOPIC_NAMES.map((topic) => [topic, topicChannel(topic)])),
    },
    operations,
    components: { messages, schemas: schemas.toJSON() },
  };
}

function topicChannel(topic: (typeof TOPIC_NAMES)[number]): object {
  const ids = LOG_EVENTS.filter((event) => event.topic === topic).map((event) => pascal(event.type));
  return {
    address: topic,
    servers: [ref('servers', 'log')],
    messages: select(ids),
    bindings: { kafka: { topic, partitions: TOPICS[topic].partitions } },
  };
}

const select = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, ref('components', 'messages', id)]));

function acknowledgement(data: object, schemas: SchemaCatalogue): object {
  return {
    oneOf: [
      { type: 'object', properties: { ok: { const: true }, data }, required: ['ok', 'data'] },
      {
        type: 'object',
        properties: { ok: { const: false }, error: schemas.use(AckError, 'AckError', 'output') },
        required: ['ok', 'error'],
      },
    ],
  };
}
