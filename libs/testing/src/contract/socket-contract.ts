import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { at, isObject, readContract, type Json } from './contract-documents.js';

export type SocketChannel = 'live' | 'classic';

/** Holds what gateways say against docs/api/asyncapi.json. */
export class SocketContract {
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  /** `live ready`, `live ack of room:open` */
  private readonly schemas = new Map<string, Json>();
  private readonly checks = new Map<string, ValidateFunction>();

  constructor() {
    formats.default(this.ajv);
    const document = readContract('asyncapi.json');
    for (const [name, schema] of Object.entries(document.components.schemas)) this.ajv.addSchema(schema as object, name);
    for (const channel of ['live', 'classic'])
      for (const id of Object.keys(at(document, 'channels', channel, 'messages') as object)) {
        const message = at(document, 'components', 'messages', id);
        const name = at(message, 'name') as string;
        // What clients send has names that servers use, too.
        if (id.startsWith('Server') || name.startsWith('ack of ')) this.schemas.set(`${channel} ${name}`, at(message, 'payload') ?? {});
      }
  }

  /** An event, or the data of a `connect_error`. */
  faultsOfEvent(channel: SocketChannel, name: string, payload: unknown): string[] {
    const isKnown = this.schemas.has(`${channel} ${name}`);
    // Old clients get everything that the others get as well.
    if (channel === 'classic' && !isKnown) return this.faultsOfEvent('live', name, payload);
    return isKnown ? this.faultsOf(`${channel} ${name}`, payload) : [`the event ${name} is not in the contract`];
  }

  faultsOfAck(channel: SocketChannel, name: string, answer: unknown): string[] {
    if (this.schemas.has(`${channel} ack of ${name}`)) return this.faultsOf(`${channel} ack of ${name}`, answer);
    if (channel === 'classic') return this.faultsOfAck('live', name, answer);
    const code = isObject(answer) ? at(answer, 'error', 'code') : undefined;
    return code === undefined ? [`${name} is not in the contract and was acknowledged`] : [];
  }

  private faultsOf(name: string, value: unknown): string[] {
    const check = this.checks.get(name) ?? this.ajv.compile(this.schemas.get(name) as object);
    this.checks.set(name, check);
    if (check(value)) return [];
    return [`${name}: ${this.ajv.errorsText(check.errors)} in ${(JSON.stringify(value) ?? 'nothing').slice(0, 500)}`];
  }
}
