import { createHash, timingSafeEqual } from 'node:crypto';
import { Body, Controller, Headers, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ParleyError, validationError } from '@parley/contracts';
import { inSpan } from '@parley/telemetry';
import { z } from 'zod';
import { INTERNAL_PREFIX, type PortContract, type Refusal } from './port-contract.js';

export const SERVICE_CREDENTIAL = Symbol('SERVICE_CREDENTIAL');

export interface AnsweredPort {
  readonly contract: PortContract;
  readonly instance: Record<string, ((...args: readonly unknown[]) => Promise<unknown>) | undefined>;
}

export class PeerPorts {
  readonly byName: ReadonlyMap<string, AnsweredPort>;
  constructor(ports: readonly AnsweredPort[]) {
    this.byName = new Map(ports.map((port) => [port.contract.name, port]));
  }
}

const Address = z.object({ port: z.string(), method: z.string() });
const Question = z.strictObject({ args: z.array(z.unknown()) });

/** For other services only: they show a credential that no person has. */
@Controller(INTERNAL_PREFIX)
export class PeerAnswersController {
  constructor(
    private readonly ports: PeerPorts,
    @Inject(SERVICE_CREDENTIAL) private readonly credential: string,
  ) {}

  @Post(':port/:method')
  @HttpCode(200)
  async answer(
    @Headers('authorization') authorization: string | undefined,
    @Headers('traceparent') traceparent: string | undefined,
    @Param({ schema: Address }) address: z.output<typeof Address>,
    @Body({ schema: Question }) question: z.output<typeof Question>,
  ): Promise<{ answer: unknown } | { refusal: Refusal }> {
    if (!isSame(authorization ?? '', `Service ${this.credential}`)) throw new ParleyError('UNAUTHENTICATED');
    const port = this.ports.byName.get(address.port);
    const shape = port && Object.hasOwn(port.contract.methods, address.method) ? port.contract.methods[address.method] : undefined;
    if (!port || !shape) throw new ParleyError('NOT_FOUND');
    const args = shape.args.safeParse(question.args);
    if (!args.success) throw validationError(args.error.issues);
    const call = async (): Promise<unknown> => port.instance[address.method]?.(...args.data);
    try {
      return { answer: await inSpan(`answer ${address.port}/${address.method}`, { kind: 'server', parent: traceparent }, call) };
    } catch (error) {
      if (error instanceof ParleyError && error.code !== 'UNAVAILABLE') return { refusal: refusalOf(error) };
      throw error;
    }
  }
}

const refusalOf = ({ code, message: detail, retryAfterMs, errors }: ParleyError): Refusal => ({
  code,
  detail,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  ...(errors === undefined ? {} : { errors: [...errors] }),
});

/** In the same time whatever differs. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
