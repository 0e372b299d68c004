import { ERROR_CODES, ParleyError, type ErrorCode } from '@parley/contracts';
import { INTERNAL_PREFIX, type PortContract } from './port-contract.js';

const TIMEOUT_MS = 3_000;
const ATTEMPTS = 2;

export interface PeerOptions {
  /** Of the service that answers: `http://rooms:8080`. */
  readonly url: string;
  readonly credential: string;
  readonly timeoutMs?: number;
}

/**
 * Another service's port, asked over HTTP. A question whose connection fails is put once more; all questions are safe
 * to repeat. What the other side refuses comes out as the same `ParleyError`; an answer that does not come, or has
 * another shape, is UNAVAILABLE.
 */
export function connectPeer<P>(contract: PortContract<P>, options: PeerOptions): P {
  const peer: Record<string, (...args: unknown[]) => Promise<unknown>> = {};
  for (const [method, shape] of Object.entries(contract.methods))
    peer[method] = async (...args) => {
      const body = await put(contract.name, method, args, options);
      const answer = shape.answer.safeParse(body.answer);
      if (!answer.success)
        throw new ParleyError('UNAVAILABLE', {
          cause: new Error(`${contract.name}.${method}: unexpected answer`, { cause: answer.error }),
        });
      return answer.data;
    };
  return peer as P;
}

async function put(
  port: string,
  method: string,
  args: unknown[],
  { url, credential, timeoutMs = TIMEOUT_MS }: PeerOptions,
): Promise<{ answer?: unknown }> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Service ${credential}` },
    body: JSON.stringify({ args }),
  };
  for (let attempt = 1; ; attempt += 1)
    try {
      const response = await fetch(`${url}/${INTERNAL_PREFIX}/${port}/${method}`, { ...request, signal: AbortSignal.timeout(timeoutMs) });
      const body: unknown = await response.json();
      if (response.ok) return body as { answer?: unknown };
      throw refusal(port, method, response.status, body);
    } catch (cause) {
      if (cause instanceof ParleyError) throw cause;
      if (attempt === ATTEMPTS)
        throw new ParleyError('UNAVAILABLE', { cause: new Error(`${port}.${method} at ${url} does not answer`, { cause }) });
    }
}

function refusal(port: string, method: string, status: number, body: unknown): ParleyError {
  const { code, detail } = (body ?? {}) as { code?: unknown; detail?: unknown };
  const cause = new Error(`${port}.${method} was answered with ${status}`);
  // Ours is the fault when the credential or the shape is refused: that must not look like the caller's.
  if (status === 400 || status === 401 || typeof code !== 'string' || !(ERROR_CODES as readonly string[]).includes(code))
    return new ParleyError('UNAVAILABLE', { cause });
  return new ParleyError(code as ErrorCode, { cause, ...(typeof detail === 'string' ? { detail } : {}) });
}
