import { ParleyError } from '@parley/contracts';
import { failureOf, inSpan, REQUEST_SECONDS, type Metrics } from '@parley/telemetry';
import { INTERNAL_PREFIX, Refusal, type PortContract, type QuestionShape } from './port-contract.js';

const TIMEOUT_MS = 3_000;
const ATTEMPTS = 2;

export interface PeerOptions {
  /** Of the service that answers: `http://rooms:8080`. */
  readonly url: string;
  readonly credential: string;
  readonly timeoutMs?: number;
  readonly metrics?: Metrics | undefined;
}

/**
 * Another service's port, asked over HTTP. A question whose connection fails is put once more, unless it says that it must
 * not be. What the other side refuses comes out as the same `ParleyError`; an answer that does not come, or has another
 * shape, is UNAVAILABLE.
 */
export function connectPeer<P>(contract: PortContract<P>, options: PeerOptions): P {
  const peer: Record<string, (...args: unknown[]) => Promise<unknown>> = {};
  const asked = measurer(options.metrics);
  for (const [method, shape] of Object.entries(contract.methods))
    peer[method] = async (...args) => {
      const question = `${contract.name}.${method}`;
      const body = await asked(question, () => put(`${contract.name}/${method}`, args, shape, options));
      if (body.refusal !== undefined) throw refusedBy(question, body.refusal);
      const answer = shape.answer.safeParse(body.answer);
      if (!answer.success) throw unavailable(`${question}: unexpected answer`, answer.error);
      return answer.data;
    };
  return peer as P;
}

type Measure = <T>(question: string, ask: () => Promise<T>) => Promise<T>;

function measurer(metrics: Metrics | undefined): Measure {
  const durations = metrics?.histogram({
    name: 'parley_peer_question_duration_seconds',
    help: 'Questions to other services, by question and by what went wrong (empty: it was answered, be it with a refusal).',
    labelNames: ['question', 'error_type'],
    buckets: REQUEST_SECONDS,
  });
  return async (question, ask) => {
    const startedAt = performance.now();
    const note = (failure: string) => durations?.observe({ question, error_type: failure }, (performance.now() - startedAt) / 1000);
    try {
      const answer = await ask();
      note('');
      return answer;
    } catch (error) {
      note(failureOf(error));
      throw error;
    }
  };
}

async function put(
  path: string,
  args: unknown[],
  { isPutOnce = false, timeoutMs = TIMEOUT_MS }: QuestionShape,
  options: PeerOptions,
): Promise<{ answer?: unknown; refusal?: unknown }> {
  const { url, credential } = options;
  const headers = { 'content-type': 'application/json', authorization: `Service ${credential}` };
  const body = JSON.stringify({ args });
  for (let attempt = isPutOnce ? ATTEMPTS : 1; ; attempt += 1)
    try {
      const signal = AbortSignal.timeout(options.timeoutMs ?? timeoutMs);
      const response = await inSpan(`ask ${path}`, { kind: 'client' }, (span) =>
        fetch(`${url}/${INTERNAL_PREFIX}/${path}`, {
          method: 'POST',
          headers: span ? { ...headers, traceparent: span.traceparent } : headers,
          body,
          signal,
        }),
      );
      const answer: unknown = await response.json();
      if (response.ok) return answer as { answer?: unknown; refusal?: unknown };
      // A credential or a shape that is not understood is our own fault, and must not look like the caller's.
      throw unavailable(`${path} was answered with ${response.status}`);
    } catch (cause) {
      if (cause instanceof ParleyError) throw cause;
      if (attempt === ATTEMPTS) throw unavailable(`${path} at ${url} does not answer`, cause);
    }
}

function refusedBy(question: string, body: unknown): ParleyError {
  const refusal = Refusal.safeParse(body);
  if (!refusal.success) return unavailable(`${question}: unexpected refusal`, refusal.error);
  const { code, detail, retryAfterMs, errors } = refusal.data;
  return new ParleyError(code, { detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(errors ? { errors } : {}) });
}

const unavailable = (what: string, cause?: unknown): ParleyError => new ParleyError('UNAVAILABLE', { cause: new Error(what, { cause }) });
