import { AckError, CLIENT_EVENTS, ConnectRefusal, LOG_EVENTS, SERVER_EVENTS, TOPIC_NAMES, TOPICS } from '@parley/contracts';
import { SchemaCatalogue } from './schema-catalogue.js';

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
  const add = (id: string, message: MessageObject) => ((messages[id] = message), ref('channels', 'live', 'messages', id));

  for (const [name, event] of Object.entries(CLIENT_EVENTS)) {
    const id = pascal(name);
    const request = add(id, { name, payload: schemas.use(event.payload, `${id}Payload`, 'input') });
    const data = schemas.use(event.data, `${id}Data`, 'output');
    const answer = add(`${id}Ack`, { name: `ack of ${name}`, payload: acknowledgement(data, schemas) });
    operations[id] = {
      action: 'receive',
      channel: ref('channels', 'live'),
      summary: `Clients send \`${name}\` and get an acknowledgement`,
      messages: [request],
      reply: { channel: ref('channels', 'live'), messages: [answer] },
    };
  }
  const serverEvents = { ...SERVER_EVENTS, connect_error: ConnectRefusal };
  for (const [name, payload] of Object.entries(serverEvents)) {
    const id = pascal(name.startsWith('server:') ? name : `server:${name}`);
    const summary = name === 'connect_error' ? '`data` of the error when a connection is refused' : `Gateways send \`${name}\``;
    const message = add(id, { name, summary, payload: schemas.use(payload, `${id}Payload`, 'output') });
    operations[id] = { action: 'send', channel: ref('channels', 'live'), summary, messages: [message] };
  }
  const live = Object.keys(messages);

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
      live: { address: '/socket.io/', title: 'Socket.IO', servers: [ref('servers', 'live')], messages: select(live) },
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
